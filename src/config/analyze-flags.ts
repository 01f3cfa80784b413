import { optional, repeatable, single, toggle } from './flag.ts';
import { correlateFlags, redactFlags } from './serve-flags.ts';
import { parseChoice, parsePath, parseUnit } from './values.ts';

function evidence(what: string) {
  return repeatable(parsePath, { placeholder: 'FILE', help: `${what} "-" is standard input. Repeatable.` });
}

/** Evidence of each format, in the order of the help. */
const evidenceFlags = {
  stap: evidence('What the systemtap probe printed: our records, or those of debug.stp of 2020.'),
  'dbus-monitor': evidence('What "dbus-monitor --system" printed.'),
  'busctl-monitor': evidence('What "busctl monitor --json=short" printed.'),
  'busctl-list': evidence('What "busctl --list" printed.'),
  'systemctl-show': evidence('What "systemctl show UNIT…" printed: which units stop which others.'),
  pstree: evidence('What "pstree -psa" printed.'),
  journal: evidence('What "journalctl -o json" printed.'),
};

export const analyzeFlags = {
  unit: optional(parseUnit, {
    placeholder: 'UNIT',
    help: 'Only the stops of this unit; call paths that do not name theirs are taken for its own.',
  }),
  ...evidenceFlags,
  format: single(parseChoice(['text', 'json']), { placeholder: 'FORMAT', byDefault: 'text', help: 'text or json.' }),
  otlp: toggle('Also send the traces to the collector that the OTEL_* variables name.'),
  ...redactFlags,
  ...correlateFlags,
};
