import { readFileSync, statSync } from 'node:fs';

/** Names of users. */
export interface Passwd {
  nameOf(uid: number): string | undefined;
}

/** More than any file of local users; what is larger is not read. */
const maxBytes = 4 * 1024 * 1024;

/**
 * The users of /etc/passwd, read again when the file has changed. Users of other name services have no name here:
 * asking for them could block. Does not throw: without the file there are no names.
 */
export function createPasswd(path = '/etc/passwd'): Passwd {
  let version: string | undefined;
  let names: ReadonlyMap<number, string> = new Map();

  function refresh(): void {
    try {
      const { mtimeNs, ctimeNs, ino, size } = statSync(path, { bigint: true });
      const found = `${mtimeNs} ${ctimeNs} ${ino} ${size}`;
      if (found === version) return;
      names = size > maxBytes ? new Map() : parsePasswd(readFileSync(path, 'utf8'));
      version = found;
    } catch {
      names = new Map();
      version = undefined;
    }
  }

  return {
    nameOf(uid) {
      refresh();
      return names.get(uid);
    },
  };
}

/** Uid → name, of the text of a passwd(5) file; the first line of a uid counts, as for getpwuid(3). */
export function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const { name, uid } = /^(?<name>[^:+\-\s][^:\s]{0,255}):[^:]*:(?<uid>\d{1,10}):/.exec(line)?.groups ?? {};
    if (name !== undefined && !names.has(Number(uid))) names.set(Number(uid), name);
  }
  return names;
}
