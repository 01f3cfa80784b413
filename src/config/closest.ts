/** The candidate that was probably meant, if one is near: `--unit-include` for `--unit.include`. */
export function closest(text: string, candidates: readonly string[]): string | undefined {
  const containing = candidates.find((candidate) => text.length >= 3 && candidate.endsWith(text));
  let best = containing;
  let smallest = containing === undefined ? Math.min(4, Math.max(2, Math.floor(text.length / 4))) + 1 : 0;
  for (const candidate of candidates) {
    const distance = editDistance(text, candidate);
    if (distance >= smallest) continue;
    best = candidate;
    smallest = distance;
  }
  return best;
}

/** Letters to insert, remove or replace (Levenshtein). Only the beginning of a text of any length counts. */
function editDistance(one: string, other: string): number {
  const letters = one.slice(0, 64);
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...letters].entries()) {
    const next = [line + 1];
    for (let column = 0; column < other.length; column += 1) {
      const replaced = (row[column] ?? 0) + (other[column] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
