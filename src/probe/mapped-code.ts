/** A file that a process runs, as its memory map names it. */
export interface MappedFile {
  /** In the process's own root. */
  readonly path: string;
  /** `DEVICE INODE`: another file of that path is another file. */
  readonly identity: string;
  /** The first of its ranges: the name of a link in `map_files` that leads to just this file, replaced or not. */
  readonly range: string;
}

/** The files that hold PID 1's code. */
export interface SystemdFiles {
  readonly version: number;
  /** Where the units are handled: libsystemd-core from 251 on, the binary itself before. */
  readonly core: MappedFile;
  readonly shared?: MappedFile;
}

/** Of the text of /proc/PID/maps; undefined where it is not systemd's. */
export function findSystemdFiles(maps: string): SystemdFiles | undefined {
  const files = mappedFiles(maps);
  const core = files.find(({ path }) => /\/libsystemd-core-\d+[^/]*\.so$/.test(path));
  const shared = files.find(({ path }) => /\/libsystemd-shared-\d+[^/]*\.so$/.test(path));
  const binary = files.find(({ path }) => /\/systemd$/.test(path));
  const version = Number(/-(?<version>\d+)[^/]*\.so$/.exec((core ?? shared)?.path ?? '')?.groups?.['version']);
  const code = core ?? binary;
  if (code === undefined || Number.isNaN(version)) return undefined;
  return { version, core: code, ...(shared === undefined ? {} : { shared }) };
}

function mappedFiles(maps: string): readonly MappedFile[] {
  const pattern = /^(?<range>[0-9a-f]+-[0-9a-f]+) \S{4} (?<offset>[0-9a-f]+) (?<device>\S+) (?<inode>[1-9]\d*) +(?<path>\/.*)$/gm;
  const files = new Map<string, MappedFile>();
  for (const { groups = {} } of maps.matchAll(pattern)) {
    const { range = '', device, inode, path = '' } = groups;
    const identity = `${device} ${inode}`;
    if (!files.has(identity)) files.set(identity, { path: path.replace(/ \(deleted\)$/, ''), identity, range });
  }
  return [...files.values()];
}
