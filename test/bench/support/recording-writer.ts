import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';

/**
 * A long recording made of a short one, told again and again, each time so much later. What tells one stop from
 * another moves along: times, job ids, pids of callers stay as they are within one telling.
 */
export async function writeRepeated(recording: string, path: string, bytes: number): Promise<number> {
  const text = readFileSync(recording, 'utf8');
  const file = createWriteStream(path);
  let written = 0;
  for (let telling = 0; written < bytes; telling++) {
    const piece = later(text, telling);
    written += Buffer.byteLength(piece);
    if (!file.write(piece)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return written;
}

/** Longer than any of the recordings. */
const everySeconds = 3_600;
const jobsPerTelling = 1_000;

/** Microseconds or seconds of the recording's day: `1795434186669170`, `1795434185.372708`. */
const times = /\b(179\d{7})(?=\d{6}\b|\.\d)/g;
/** In text before the path of a job, in JSON at the beginning of a body or of a struct; 0 is no job. */
const jobs =
  /(?<=systemd1\/job\/)\d+|(?<=uint32 )\d+(?=\s+object path "\/org\/freedesktop\/systemd1\/job\/)|(?<=\[)[1-9]\d*(?=,"\/org\/freedesktop\/systemd1\/job\/)/g;

/** The recording, told for the nth time. */
export function later(text: string, telling: number): string {
  return text
    .replace(times, (seconds) => String(Number(seconds) + telling * everySeconds))
    .replace(jobs, (job) => String(Number(job) + telling * jobsPerTelling));
}
