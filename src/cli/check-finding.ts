/** What one source can see here, and what to do about what it cannot. */
export interface Finding {
  readonly source: string;
  /** `part`: stops are seen, but not all that can be told of them. */
  readonly sees: 'all' | 'part' | 'nothing';
  readonly text: string;
  /** The one command, or setting, that would change it. */
  readonly remedy?: string;
}

const marks = { all: 'ok   ', part: 'PART ', nothing: 'BLIND' } as const;

export function findingText({ source, sees, text, remedy }: Finding): string {
  return `${marks[sees]} ${source.padEnd(8)} ${text}${remedy === undefined ? '' : `\n               do: ${remedy}`}\n`;
}
