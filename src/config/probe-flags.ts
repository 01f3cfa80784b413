import { single, toggle } from './flag.ts';
import { logFlags } from './serve-flags.ts';
import { parseOutput, parsePath, parsePid, parseSize } from './values.ts';

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
  'buffer-size': single(parseSize, {
    placeholder: 'SIZE',
    byDefault: '1MB',
    help: 'Of the kernel’s buffer, for each processor. What does not fit is counted.',
  }),
  cleanup: toggle('Remove what a probe that was killed has left in the kernel, and exit.'),
  ...logFlags,
};
