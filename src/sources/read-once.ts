/** What is longer comes seldom again. */
const maxLength = 256;

/**
 * Reads a line once that comes again and again, as most lines of a log do: names of properties, brackets, the frames of one
 * process. A third of reading such a log. What `read` returns must not be changed.
 */
export function readOnce<T>(maxLines: number, read: (line: string) => T | undefined): (line: string) => T | undefined {
  const known = new Map<string, T>();
  return (line) => {
    const before = known.get(line);
    if (before !== undefined) return before;
    const found = read(line);
    if (found === undefined || line.length > maxLength) return found;
    if (known.size >= maxLines) known.clear();
    known.set(line, found);
    return found;
  };
}
