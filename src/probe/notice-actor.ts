import type { People } from './people.ts';
import type { ProbeEvent } from './probe-events.ts';

/** Reads who is behind an event while he is there, for when the event is understood. */
export function noticeActor(event: ProbeEvent, people: Pick<People, 'remember' | 'rememberInside'>): void {
  switch (event.kind) {
    case 'signal-generated':
    case 'task-attached':
    case 'cgroup-emptied':
    case 'task-executed':
      people.remember(event.pid);
      return;
    case 'job-asked':
    case 'job-tracked':
    case 'kill-asked':
    case 'authorization-asked':
      if (event.peerPid !== undefined && event.peerPid > 1) people.rememberInside(event.peerPid);
      return;
    default:
      return;
  }
}
