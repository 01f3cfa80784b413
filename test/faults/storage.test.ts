import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { unitNames } from './support/record-feed.ts';
import { report } from './support/report.ts';
import { mountFailingDisk, mountSmallDisk } from './support/small-disk.ts';
import { Subject } from './support/subject.ts';

test.concurrent('disk full', async () => {
  using disk = mountSmallDisk();
  await using subject = await Subject.start({ storage: join(disk.directory, 'state') });
  subject.feed.stop(...unitNames('before', 5));
  await subject.counted();
  disk.fill();
  await subject.stopUntilFull(...unitNames('meanwhile', 300));
  // Housekeeping needs the disk too, every ten seconds.
  await delay(11_000);
  disk.makeRoom();
  await subject.counted();
  disk.fill();
  await subject.stopUntilFull(...unitNames('again', 300));
  await subject.end('SIGKILL');
  disk.makeRoom();
  await subject.start();
  subject.feed.stop(...unitNames('after', 5));
  report('storage-full', subject.feed.done, await subject.outcome());
});

test.concurrent('read-only', async () => {
  using disk = mountFailingDisk();
  await using subject = await Subject.start({ storage: join(disk.directory, 'state') });
  subject.feed.stop(...unitNames('before', 5));
  await subject.counted();
  disk.goReadOnly();
  subject.feed.stop(...unitNames('meanwhile', 50));
  await subject.process.says(/wait in memory/);
  await subject.end('SIGTERM');
  disk.repair();
  await subject.start();
  subject.feed.stop(...unitNames('after', 5));
  report('storage-readonly', subject.feed.done, await subject.outcome());
});

test.concurrent('corrupt', async () => {
  await using subject = await Subject.start();
  subject.feed.stop(...unitNames('before', 50));
  await subject.counted();
  await subject.traced();
  // What is in the write-ahead log goes into the file.
  await subject.restart('SIGTERM');
  overwrite(join(subject.storage, 'incidents.db'));
  subject.feed.stop(...unitNames('meanwhile', 50));
  await subject.traced(50);
  await subject.end('SIGKILL');
  await expect(subject.start()).rejects.toThrow(/it is damaged|it is not an incident log/);
  for (const name of readdirSync(subject.storage)) renameSync(join(subject.storage, name), join(subject.directory, name));
  await subject.start();
  subject.feed.stop(...unitNames('after', 5));
  report('storage-corrupt', subject.feed.done, await subject.outcome());
});

test.concurrent('removed', async () => {
  await using subject = await Subject.start();
  subject.collector.answer(() => ({ kind: 'refuses', status: 503 }));
  subject.feed.stop(...unitNames('before', 20));
  await subject.counted();
  rmSync(subject.storage, { recursive: true });
  // What was in the old log is nowhere else.
  subject.feed.begin();
  subject.feed.stop(...unitNames('meanwhile', 20));
  await subject.counted();
  await vi.waitUntil(() => existsSync(join(subject.storage, 'incidents.db')), { timeout: 20_000 });
  await subject.restart('SIGKILL');
  subject.feed.stop(...unitNames('after', 5));
  subject.collector.answer(() => ({ kind: 'accepts' }));
  report('storage-removed', subject.feed.done, await subject.outcome());
});

/** From its second page on: the first one says that it is a database of ours. */
function overwrite(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, randomBytes(Math.max(0, statSync(path).size - 4096)), 0, undefined, 4096);
  closeSync(file);
}
