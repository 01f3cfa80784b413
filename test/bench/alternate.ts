export type Contenders = Readonly<Record<string, () => Promise<number> | number>>;

/**
 * Takes turns, A B A B: what else the machine does meanwhile hits all of them alike. The first turn of each warms up
 * and is not counted.
 */
export async function alternate(contenders: Contenders, rounds: number): Promise<Readonly<Record<string, readonly number[]>>> {
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, measure] of Object.entries(contenders)) {
      const value = await measure();
      if (round > 0) samples[name]?.push(value);
    }
  }
  return samples;
}
