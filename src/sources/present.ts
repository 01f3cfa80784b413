type OptionalWhereUndefined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the properties that are undefined: in the model what is unknown is absent. */
export function present<T extends object>(object: T): OptionalWhereUndefined<T> {
  const found: Record<string, unknown> = {};
  for (const key in object) if (object[key] !== undefined) found[key] = object[key];
  return found as OptionalWhereUndefined<T>;
}
