/** Bytes of an environment that are looked at: the whole of it on all but odd hosts. */
export const maxEnvironmentBytes = 128 * 1024;

const name = 'TRACEPARENT=';
const pattern = /^(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-[0-9a-f]{2}$/;

/**
 * The W3C trace context in the bytes of /proc/PID/environ, where it is valid (Trace Context, §3.2). Nothing else
 * of an environment leaves this function: it is full of secrets.
 */
export function findTraceparent(bytes: Buffer): string | undefined {
  const start = startOf(bytes);
  if (start === undefined) return undefined;
  const end = bytes.indexOf(0, start);
  // A value at the very end may have been cut off.
  if (end === -1 && bytes.length >= maxEnvironmentBytes) return undefined;
  return validTraceparent(bytes.toString('latin1', start, end === -1 ? bytes.length : end));
}

/** The first one counts, as for getenv(3). */
function startOf(bytes: Buffer): number | undefined {
  if (bytes.toString('latin1', 0, name.length) === name) return name.length;
  const at = bytes.indexOf(`\0${name}`, 0, 'latin1');
  return at === -1 ? undefined : at + 1 + name.length;
}

function validTraceparent(value: string): string | undefined {
  const { version, trace = '', span = '' } = pattern.exec(value)?.groups ?? {};
  const isValid = version !== undefined && version !== 'ff' && /[^0]/.test(trace) && /[^0]/.test(span);
  return isValid ? value : undefined;
}
