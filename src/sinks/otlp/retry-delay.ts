const firstMs = 1_000;
const longestMs = 60_000;

/** 1 s … 60 s, doubling with each failure in a row; half of it by chance, so that hosts do not come back together. */
export function retryDelayMs(failures: number, random: () => number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 16));
  return Math.max(firstMs, Math.round(ceiling * (0.5 + random() / 2)));
}
