const header = / time=([\d.]+) sender=(\S+) -> destination=(\(null destination\)|\S+) serial=(\d+)/g;
const nobody = '(null destination)';

/**
 * The busctl of systemd 247 prints messages without their time. dbus-monitor, recorded beside it, has it: both name a message
 * by its sender, destination and serial ("cookie"). Returns the same lines, each with "timestamp-realtime" where it can be known.
 */
export function addMissingTimes(busctlLines: string, dbusMonitorText: string): string {
  const times = new Map<string, number>();
  for (const [, time, sender, destination, serial] of dbusMonitorText.matchAll(header))
    times.set(keyOf(sender, destination === nobody ? undefined : destination, serial), Math.round(Number(time) * 1e6));
  const lines = busctlLines.split('\n').filter(Boolean);
  return lines.map((line) => `${withTime(line, times)}\n`).join('');
}

function withTime(line: string, times: ReadonlyMap<string, number>): string {
  const message: Readonly<Record<string, unknown>> = JSON.parse(line);
  const time = times.get(keyOf(message['sender'], message['destination'], message['cookie']));
  if ('timestamp-realtime' in message || time === undefined) return line;
  return JSON.stringify({ ...message, 'timestamp-realtime': time });
}

/** The bus itself counts its messages per destination. */
function keyOf(sender: unknown, destination: unknown, serial: unknown): string {
  return `${sender} ${destination ?? ''} ${serial}`;
}
