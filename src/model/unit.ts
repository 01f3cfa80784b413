/** The name shown where the evidence does not tell the unit. */
export const unknownUnit = 'unknown';

/** systemd's unit types by suffix; `unknown` where the name has none of them. */
const unitTypes = [
  'service',
  'socket',
  'target',
  'device',
  'mount',
  'automount',
  'swap',
  'timer',
  'path',
  'slice',
  'scope',
] as const;
export type UnitType = (typeof unitTypes)[number] | 'unknown';

export function unitType(unit: string): UnitType {
  const suffix = unit.slice(unit.lastIndexOf('.') + 1);
  return unitTypes.find((type) => type === suffix) ?? 'unknown';
}

/** `systemctl stop nginx` means `nginx.service`: systemctl appends the suffix where there is none. */
export function withServiceSuffix(name: string): string {
  return unitType(name) === 'unknown' ? `${name}.service` : name;
}

const objectPathPrefix = '/org/freedesktop/systemd1/unit/';

/** Undoes bus_label_escape(): `ovs_2dvswitchd_2eservice` → `ovs-vswitchd.service`. Bytewise on UTF-8. */
export function unitOfObjectPath(path: string): string | undefined {
  if (!path.startsWith(objectPathPrefix)) return undefined;
  const label = path.slice(objectPathPrefix.length);
  if (!/^[A-Za-z0-9_]+$/.test(label)) return undefined;
  if (label === '_') return '';
  const bytes = label.replace(/_([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

/** The system manager's unit of a cgroup path: the first segment that can hold processes; what lies below is its own business. */
export function unitOfCgroup(path: string): string | undefined {
  const segments = path.split('/').filter((segment) => /\.(?:service|scope|socket|mount|swap)$/.test(segment));
  const system = segments[0];
  return system === undefined ? undefined : unescapeCgroupSegment(system);
}

/** systemd prefixes `_` where a unit's name could be a cgroup attribute file (cg_escape). */
function unescapeCgroupSegment(segment: string): string {
  return segment.startsWith('_') ? segment.slice(1) : segment;
}

/** More wildcards than anybody types would only make matching slow. */
const maxWildcards = 4;

/** Whether a name as systemctl takes it means this unit: globs (`app@*`) as fnmatch() reads `*` and `?`. */
export function matchesUnit(pattern: string, unit: string): boolean {
  const wildcards = pattern.match(/[*?]/g)?.length ?? 0;
  if (wildcards === 0 || wildcards > maxWildcards) return pattern === unit;
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(unit);
}

/** Units of this name are the probe's own: it starts and stops one to see what it sees, and their stops are nobody's business. */
export const selfCheckPrefix = 'systemd-stop-exporter-self-check-';

export function isSelfCheck(unit: string): boolean {
  return unit.startsWith(selfCheckPrefix);
}
