export async function collect<T>(input: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of input) items.push(item);
  return items;
}
