import { single, toggle } from './flag.ts';
import { logFlags, redactFlags } from './serve-flags.ts';
import { parseInstance, parseOutput, parsePath, parsePid, parseSize } from './values.ts';

export const probeFlags = {
  output: single(parseOutput, {
    placeholder: 'TARGET',
    byDefault: '-',
    help: 'Where the records go: a file or FIFO, unix:PATH for a listening socket, "-" for standard output.',
  }),
  tracefs: single(parsePath, { placeholder: 'DIRECTORY', byDefault: '/sys/kernel/tracing', help: 'Where tracefs is mounted.' }),
  pid: single(parsePid, {
    placeholder: 'PID',
    byDefault: '1',
    help: 'The systemd to watch, as this process sees it: another than 1 where it is a container’s.',
  }),
  procfs: single(parsePath, {
    placeholder: 'DIRECTORY',
    byDefault: '/proc',
    help: 'Where the host’s processes are shown, for a probe in a container.',
  }),
  'debug-directory': single(parsePath, {
    placeholder: 'DIRECTORY',
    byDefault: '/usr/lib/debug',
    help: 'Where debug packages put their files: systemd before 251 names its functions nowhere else.',
  }),
  instance: single(parseInstance, {
    placeholder: 'NAME',
    byDefault: 'systemd-stop-exporter',
    help: 'Of the trace in the kernel: each probe needs its own.',
  }),
  'output-max-size': single(parseSize, {
    placeholder: 'SIZE',
    byDefault: '16MB',
    help: 'Of a file of records: a larger one is renamed to FILE.1, and a new one begun.',
  }),
  'buffer-size': single(parseSize, {
    placeholder: 'SIZE',
    byDefault: '1MB',
    help: 'Of the kernel’s buffer, for each processor. What does not fit is counted.',
  }),
  cleanup: toggle('Remove what a probe that was killed has left in the kernel, and exit.'),
  ...redactFlags,
  ...logFlags,
};
