const maxDepth = 64;

/** The arguments in `{"type":"sa{sv}as","data":[…]}`; undefined where it is none. An absent payload has no arguments. */
export function parseBusctlPayload(payload: unknown): readonly unknown[] | undefined {
  if (payload === undefined) return [];
  if (typeof payload !== 'object' || payload === null || !('data' in payload)) return undefined;
  const { data } = payload;
  return Array.isArray(data) ? data.map((value) => plain(value, 0)) : undefined;
}

/** Variants become what they hold, dictionaries become `Map`. */
function plain(value: unknown, depth: number): unknown {
  if (depth > maxDepth || value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (typeof value !== 'object') return value;
  if (isVariant(value)) return plain(value.data, depth + 1);
  return new Map(Object.entries(value).map(([key, item]) => [key, plain(item, depth + 1)]));
}

/** A dictionary of variants with the keys `type` and `data` is told from a variant by its `type`, which is no text then. */
function isVariant(value: object): value is { readonly type: string; readonly data: unknown } {
  return 'type' in value && typeof value.type === 'string' && 'data' in value && Object.keys(value).length === 2;
}
