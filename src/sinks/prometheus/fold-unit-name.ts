interface FoldingRule {
  readonly pattern: RegExp;
  readonly folded: string;
  readonly example: string;
}

/** Names that carry a counter, a pid or an id: each would be a series of its own. The first rule that fits is used. */
const foldingRules: readonly FoldingRule[] = [
  {
    pattern: /^run-(?:\d+|[up]\d+(?:-i\d+)?|r[0-9a-f]{32}(?:-\d+)?)\.(service|scope|timer|socket|path)$/,
    folded: 'run-*.$1',
    example: 'run-u12.service, run-r8a….scope of systemd-run; run-p123-i456.service from systemd 257 on',
  },
  { pattern: /^session-[a-z]*\d+\.scope$/, folded: 'session.scope', example: 'session-2.scope, session-c1.scope of logind' },
  { pattern: /^user-\d+\.slice$/, folded: 'user.slice', example: 'user-1000.slice' },
  {
    pattern: /^dbus-:\d+\.\d+-(.+)@\d+\.service$/,
    folded: 'dbus-$1@.service',
    example: 'dbus-:1.2-org.example.Name@0.service, started by a message bus',
  },
  { pattern: /^([^@]+)@.+\.([a-z]+)$/, folded: '$1@.$2', example: 'getty@tty1.service, user@1000.service' },
];

/** Ids inside a name, such as those of containers: `docker-<64 digits>.scope`. */
const longId = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,}/g;

export interface UnitFolding {
  /** False: `foo@a.service` and `foo@b.service` are two names. */
  readonly templates: boolean;
}

/** The name under which a unit is counted: its template, or what it has in common with its like. */
export function foldUnitName(unit: string, folding: UnitFolding = { templates: true }): string {
  const template = unit.includes('@');
  if (template && !folding.templates) return unit;
  const rule = foldingRules.find(({ pattern }) => pattern.test(unit));
  const folded = rule === undefined ? unit : unit.replace(rule.pattern, rule.folded);
  return folded.replace(longId, '*');
}
