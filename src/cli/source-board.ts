import type { SourceStatus } from '../http/http-app-options.ts';
import type { SourceName } from '../model/evidence.ts';

/** Which configured sources are up: what `/-/ready`, the landing page and `source_up` tell. */
export interface SourceBoard {
  /** @returns to be told when this source goes up or down */
  add(name: SourceName, detail: string): (up: boolean) => void;
  all(): readonly SourceStatus[];
}

export function createSourceBoard(telemetry: { sourceUp(source: SourceName, up: boolean): void }): SourceBoard {
  const entries: { readonly name: SourceName; readonly detail: string; up: boolean }[] = [];
  return {
    add(name, detail) {
      const entry = { name, detail, up: false };
      entries.push(entry);
      const tell = (): void =>
        telemetry.sourceUp(
          name,
          entries.filter((other) => other.name === name).every(({ up }) => up),
        );
      tell();
      return (up) => {
        entry.up = up;
        tell();
      };
    },
    all: () => entries.map((entry) => ({ ...entry })),
  };
}
