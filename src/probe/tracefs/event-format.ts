/** Where a value is in the bytes of an event, or of a page. */
export interface Field {
  readonly offset: number;
  readonly size: number;
  /** Four bytes that say where the text is, and how long. */
  readonly isElsewhere: boolean;
}

export interface EventFormat {
  /** What `common_type` is in events of this kind; absent of pages. */
  readonly type?: number;
  readonly fields: ReadonlyMap<string, Field>;
}

const fieldPattern =
  /^\s*field:\s*(?<declaration>[^;]*?\b(?<name>\w+)(?:\[\w*\])?);\s*offset:(?<offset>\d+);\s*size:(?<size>\d+);/gm;

/** Of the text of `events/SYSTEM/EVENT/format` or `events/header_page` (Documentation/trace/events.rst, "Event formats"). */
export function parseEventFormat(text: string): EventFormat {
  const type = /^ID: (?<type>\d+)$/m.exec(text)?.groups?.['type'];
  const fields = [...text.matchAll(fieldPattern)].flatMap(({ groups }) => {
    const { declaration, name, offset, size } = groups ?? {};
    if (name === undefined || declaration === undefined) return [];
    return [[name, { offset: Number(offset), size: Number(size), isElsewhere: declaration.startsWith('__data_loc') }] as const];
  });
  return { ...(type === undefined ? {} : { type: Number(type) }), fields: new Map(fields) };
}

/** @throws where the kernel has none of that name */
export function fieldOf({ fields }: EventFormat, name: string): Field {
  const field = fields.get(name);
  if (field === undefined) throw new Error(`The kernel's event has no field "${name}"`);
  return field;
}
