/** Bytes of a command line that are looked at; four times what is kept. */
export const maxCommandBytes = 4096;

/**
 * The arguments of /proc/PID/cmdline, joined by spaces, secrets still in it. An argument that was cut off is left
 * out: half a secret may look like none. Undefined where there are none, as of kernel threads and the dead.
 */
export function parseCommandLine(bytes: Buffer): string | undefined {
  const isCut = bytes.length >= maxCommandBytes && bytes.at(-1) !== 0;
  const whole = isCut ? bytes.subarray(0, bytes.lastIndexOf(0) + 1) : bytes;
  const text = whole.toString('utf8').replace(/\0+$/, '').replaceAll('\0', ' ');
  const command = isCut ? `${text} …` : text;
  return command.trim() === '' ? undefined : command;
}
