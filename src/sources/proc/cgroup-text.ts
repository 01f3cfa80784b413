const removed = ' (deleted)';

/**
 * The cgroup in which systemd keeps a process, of the text of /proc/PID/cgroup (cgroups(7)): the named hierarchy
 * of version 1, which a hybrid host has too, else the one of version 2.
 */
export function parseCgroup(text: string): string | undefined {
  const lines = text.split('\n');
  return pathIn(lines, /^\d+:name=systemd:(?<path>\/.*)$/s) ?? pathIn(lines, /^0::(?<path>\/.*)$/s);
}

/** The root is no answer: a host that uses version 2 may still name the first version's hierarchy. */
function pathIn(lines: readonly string[], pattern: RegExp): string | undefined {
  const path = lines.map((line) => pattern.exec(line)?.groups?.['path']).find((found) => found !== undefined);
  if (path === undefined || path === '/') return undefined;
  return path.endsWith(removed) ? path.slice(0, -removed.length) : path;
}

/** logind's name of the session whose scope this is: `/user.slice/user-0.slice/session-2.scope` → `2`. */
export function sessionOfCgroup(path: string): string | undefined {
  return /\/session-(?<session>[A-Za-z0-9]{1,32})\.scope(?:\/|$)/.exec(path)?.groups?.['session'];
}
