import { statSync } from 'node:fs';
import { loadWebConfig } from './load-web-config.ts';
import type { WebConfig } from './web-config.ts';

export interface WebConfigFile {
  /** As the files are now; as they were last right, where they are wrong. */
  current(): WebConfig;
}

export interface WebConfigFileOptions {
  readonly path: string;
  readonly onReread: () => void;
  /** The files were changed, and what they say now cannot be used. */
  readonly onMistakes: (mistakes: readonly string[]) => void;
}

/** Reads the file now and whenever it, a certificate or a key of it has changed. Throws where it is wrong now. */
export function openWebConfigFile({ path, onReread, onMistakes }: WebConfigFileOptions): WebConfigFile {
  const first = loadWebConfig(path);
  if (first.config === undefined) throw new Error(first.mistakes.join('\n'));
  let { config, files } = first;
  let state = stateOf(files);
  return {
    current() {
      const now = stateOf(files);
      if (now === state) return config;
      const reread = loadWebConfig(path);
      // What changes while it is read is seen the next time.
      state = reread.files.join() === files.join() ? now : stateOf(reread.files);
      files = reread.files;
      if (reread.config === undefined) {
        onMistakes(reread.mistakes);
        return config;
      }
      config = reread.config;
      onReread();
      return config;
    },
  };
}

/** Changes when one of the files does: a few system calls, so that every request may ask. */
function stateOf(files: readonly string[]): string {
  return files.map(stateOfFile).join('\n');
}

function stateOfFile(path: string): string {
  try {
    const { ino, size, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${ctimeNs}`;
  } catch (error) {
    return String(error);
  }
}
