import { serviceProperties, unitProperties } from '../../src/sources/dbus/unit-properties.ts';

const readProperties = new Set([...unitProperties, ...serviceProperties]);

/** Of a `busctl monitor` line of PropertiesChanged only the properties that are read: four fifths of it are others. */
export function slimBusLine(line: string): string {
  const message = JSON.parse(line);
  if (message.member !== 'PropertiesChanged') return line;
  const [interfaceName, changed] = message.payload.data;
  const kept = Object.entries(changed).filter(([name]) => readProperties.has(name));
  return JSON.stringify({
    ...message,
    payload: { ...message.payload, data: [interfaceName, Object.fromEntries(kept), []] },
  });
}

/** What journald and PID 1 write into every entry, and nothing here reads. */
const unreadFields: ReadonlySet<string> = new Set([
  '__MONOTONIC_TIMESTAMP',
  '_CAP_EFFECTIVE',
  '_CMDLINE',
  '_GID',
  '_RUNTIME_SCOPE',
  '_SELINUX_CONTEXT',
  '_SYSTEMD_CGROUP',
  '_SYSTEMD_SLICE',
  '_TRANSPORT',
  '__SEQNUM',
  '__SEQNUM_ID',
  'CODE_FILE',
  'CODE_LINE',
  'PRIORITY',
  'SYSLOG_FACILITY',
  'TID',
]);

export function slimJournalLine(line: string): string {
  const fields = Object.entries(JSON.parse(line));
  return JSON.stringify(Object.fromEntries(fields.filter(([name]) => !unreadFields.has(name))));
}
