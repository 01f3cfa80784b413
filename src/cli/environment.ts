/** What a command gets from outside besides its configuration. */
export interface Environment {
  readonly version: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}
