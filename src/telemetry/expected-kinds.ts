import type { EvidenceKind, SourceName } from '../model/evidence.ts';

/** What each source is able to see: these series are there at zero before the first piece of evidence. */
export const expectedKinds: Readonly<Record<SourceName, readonly EvidenceKind[]>> = {
  dbus: ['request', 'unit-state', 'service-state', 'job-added', 'job-removed', 'unit-removed', 'unit-relations', 'bus-peer'],
  stap: ['call-path', 'request', 'job-pulled', 'signal', 'cgroup-move', 'cgroup-empty'],
  tracefs: ['call-path', 'request', 'job-pulled', 'signal', 'oom-victim', 'cgroup-move', 'cgroup-empty'],
  pstree: ['process-tree'],
  journal: ['journal'],
  proc: ['bus-peer'],
};
