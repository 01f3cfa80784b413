/** Lines that systemtap and the older scripts print beside their records, and that mean no loss. */
const noisePattern = /^\s*$|^--\s*$|^READY\s*$|^Pass \d:/;

export function isNoise(line: string): boolean {
  return noisePattern.test(line);
}

/** Noise that stands between two records. */
export function isSeparator(line: string): boolean {
  return /^(?:--)?\s*$/.test(line);
}
