/** The hierarchy in which systemd keeps its units, and where in it PID 1's own tree begins. */
export interface CgroupRoot {
  /** Number of the hierarchy; 0 is version 2. */
  readonly hierarchy: number;
  /** `` on a host; a container's cgroup where PID 1 is one's. */
  readonly prefix: string;
}

/** @param text /proc/PID/cgroup of PID 1, as the host sees it */
export function parseCgroupRoot(text: string): CgroupRoot {
  const named = /^(?<number>\d+):name=systemd:(?<path>\/.*)$/m.exec(text)?.groups;
  const unified = /^0::(?<path>\/.*)$/m.exec(text)?.groups;
  const isNamed = named !== undefined && (unified === undefined || named['path'] !== '/');
  const path = (isNamed ? named['path'] : unified?.['path']) ?? '/';
  return {
    hierarchy: isNamed ? Number(named['number']) : 0,
    prefix: path.replace(/\/(?:init\.scope)?$/, '').replace(/\/$/, ''),
  };
}

/** The path as PID 1 knows it; undefined outside of its tree. */
export function belowRoot({ prefix }: CgroupRoot, path: string): string | undefined {
  if (prefix === '') return path;
  if (path === prefix) return '/';
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

/** Whether a cgroup is a unit's own, not one that the unit made below it. */
export function isOfUnit(path: string): boolean {
  return /\/[^/]+\.(?:service|scope|socket|mount|swap)$/.test(path) && !/\.(?:service|scope|socket|mount|swap)\/.+/.test(path);
}
