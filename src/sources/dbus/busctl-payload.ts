const maxDepth = 64;

/**
 * The arguments in `{"type":"sa{sv}as","data":[…]}`; undefined where it is none. An absent payload has no arguments.
 * @param keys of dictionaries that are arguments themselves, only these are read
 */
export function parseBusctlPayload(payload: unknown, keys?: ReadonlySet<string>): readonly unknown[] | undefined {
  if (payload === undefined) return [];
  if (typeof payload !== 'object' || payload === null || !('data' in payload)) return undefined;
  const { data } = payload;
  return Array.isArray(data) ? data.map((value) => plain(value, 0, keys)) : undefined;
}

/** Variants become what they hold, dictionaries become `Map`. */
function plain(value: unknown, depth: number, keys?: ReadonlySet<string>): unknown {
  if (depth > maxDepth || value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (typeof value !== 'object') return value;
  if (isVariant(value)) return plain(value.data, depth + 1);
  const dictionary = new Map<string, unknown>();
  for (const [key, item] of Object.entries(value))
    if (keys === undefined || keys.has(key)) dictionary.set(key, plain(item, depth + 1));
  return dictionary;
}

/** A dictionary of variants with the keys `type` and `data` is told from a variant by its `type`, which is no text then. */
function isVariant(value: object): value is { readonly type: string; readonly data: unknown } {
  return 'type' in value && typeof value.type === 'string' && 'data' in value && Object.keys(value).length === 2;
}
