/** Programs that run `-c TEXT`. */
export const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ksh', 'mksh', 'zsh', 'ash', 'busybox']);

const optionsWithValue: ReadonlySet<string> = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file']);

/** The words after `-c`; undefined where a shell runs a file, or is interactive. */
export function textOfShell(args: readonly string[]): readonly string[] | undefined {
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (/^-[a-z]*c[a-z]*$/.test(word)) return args.slice(index + 1);
    if (optionsWithValue.has(word)) index++;
    else if (!/^[-+]/.test(word) && word !== 'sh') return undefined;
  }
  return undefined;
}

/** Cuts shell text at `;`, `&&`, `||`, `|` and `&`. pstree has taken the quotation off already: only its remains are removed. */
export function commandsOf(text: readonly string[]): readonly (readonly string[])[] {
  return text
    .join(' ')
    .replace(/(?<!\d)\d{0,2}[<>]{1,2}(?:&\d|\s{0,4}\S*)/g, ' ')
    .split(/[;&|\n]+/)
    .map((command) =>
      withoutPrefix(
        command
          .split(' ')
          .map(unquoted)
          .filter((word) => word !== ''),
      ),
    );
}

function unquoted(word: string): string {
  return word.replace(/^["'({]{1,8}/, '').replace(/["')}]{1,8}$/, '');
}

/** Assignments and keywords before the command. */
function withoutPrefix(command: readonly string[]): readonly string[] {
  const prefix = /^(?:[A-Za-z_]\w*=.*|exec|command|if|then|else|elif|while|do|!)$/;
  const start = command.findIndex((word) => !prefix.test(word));
  return start === -1 ? [] : command.slice(start);
}
