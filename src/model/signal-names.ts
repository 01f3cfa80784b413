/** Linux's signal numbers on all architectures but alpha, mips, parisc and sparc (signal(7)); index 0 is signal 1. */
const names = [
  ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV', 'USR2', 'PIPE', 'ALRM', 'TERM'],
  ...['STKFLT', 'CHLD', 'CONT', 'STOP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH', 'IO'],
  ...['PWR', 'SYS'],
] as const;

/** glibc keeps 32 and 33 for itself. */
const firstRealTime = 34;
const lastRealTime = 64;

/** `SIGTERM`, `SIGRTMIN+3`; `signal 99` where the number has no name. */
export function signalName(signal: number): string {
  const name = names[signal - 1];
  if (name !== undefined) return `SIG${name}`;
  if (signal >= firstRealTime && signal <= lastRealTime) return `SIGRTMIN+${signal - firstRealTime}`;
  return `signal ${signal}`;
}
