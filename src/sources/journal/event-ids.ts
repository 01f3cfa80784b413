import type { JournalEvent } from '../../model/evidence.ts';
import type { Author } from './journal-trust.ts';

interface EventId {
  readonly event: JournalEvent;
  readonly author: Author;
}

const ofPid1 = (event: JournalEvent): EventId => ({ event, author: 'pid-1' });

/** MESSAGE_ID → event (SYSTEMD.md §5; systemd's sd-messages.h). */
export const eventIds: ReadonlyMap<string, EventId> = new Map([
  ['7d4958e842da4a758f6c1cdc7b36dcc5', ofPid1('starting')],
  ['39f53479d3a045ac8e11786248231fbf', ofPid1('started')],
  ['de5b426a63be47a7b6ac3eaac82e2f6f', ofPid1('stopping')],
  ['9d1aaa27d60140bd96365438aad20286', ofPid1('stopped')],
  ['be02cf6855d2428ba40df7e9d022f03d', ofPid1('job-failed')],
  ['7ad2d189f7e94e70a38c781354912448', ofPid1('success')],
  ['d9b373ed55a64feb8242e02dbe79a49c', ofPid1('failure')],
  ['98e322203f7a4ed290d09fe03c09fe15', ofPid1('process-exit')],
  ['5eb03494b6584870a536b337290809b3', ofPid1('restart-scheduled')],
  ['0e4284a0caca4bfc81c0bb6786972673', ofPid1('skipped')],
  ['fe6faa94e7774663a0da52717891d8ef', ofPid1('out-of-memory')],
  ['d989611b15e44c9dbf31e3c81256e4ed', ofPid1('oomd-kill')],
  ['98268866d1d54a499c4e98921d93bc40', { event: 'shutdown', author: 'logind' }],
  ['fc2e22bc6ee647b6b90729ab34a250b1', { event: 'core-dump', author: 'coredump' }],
]);
