interface TerminalDriver {
  readonly major: number;
  readonly firstMinor: number;
  readonly name: string;
}

/** Linux's Documentation/admin-guide/devices.txt; of two rows that fit, the last one. */
const drivers: readonly TerminalDriver[] = [
  { major: 4, firstMinor: 0, name: 'tty' },
  { major: 4, firstMinor: 64, name: 'ttyS' },
  { major: 166, firstMinor: 0, name: 'ttyACM' },
  { major: 188, firstMinor: 0, name: 'ttyUSB' },
  { major: 204, firstMinor: 64, name: 'ttyAMA' },
  { major: 229, firstMinor: 0, name: 'hvc' },
];

/** The name below /dev of a terminal's device number, as ps shows it: `pts/0`, `tty1`; `MAJOR:MINOR` where it has none. */
export function terminalName(device: number): string | undefined {
  if (device === 0) return undefined;
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`;
  if (major === 5 && minor === 1) return 'console';
  const driver = drivers.findLast((row) => row.major === major && row.firstMinor <= minor);
  return driver === undefined ? `${major}:${minor}` : `${driver.name}${minor - driver.firstMinor}`;
}
