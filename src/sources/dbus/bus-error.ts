/** The error reply to a method call; `name` is the D-Bus error name. */
export class BusError extends Error {
  override readonly name: string;

  constructor(name: string, text: string) {
    super(text);
    this.name = name;
  }
}

export function isBusError(error: unknown, ...names: readonly string[]): error is BusError {
  return error instanceof BusError && names.includes(error.name);
}
