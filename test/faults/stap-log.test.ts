import { randomBytes } from 'node:crypto';
import { appendFileSync, copyFileSync, createWriteStream, mkdirSync, renameSync, rmdirSync, truncateSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { unitNames } from './support/record-feed.ts';
import { report } from './support/report.ts';
import { Subject } from './support/subject.ts';

test.concurrent('rotated', async () => {
  await using subject = await Subject.start();
  const { feed } = subject;
  feed.stop(...unitNames('first', 5));
  await subject.counted();
  renameSync(feed.path, `${feed.path}.1`);
  // The probe writes into the old file until it is told to reopen.
  const late = feed.records('late.service');
  appendFileSync(`${feed.path}.1`, late.join(''));
  feed.begin();
  feed.stop(...unitNames('second', 5));
  await subject.counted();
  copyFileSync(feed.path, `${feed.path}.2`);
  truncateSync(feed.path);
  feed.stop(...unitNames('third', 5));
  await subject.counted();
  await subject.end('SIGKILL');
  feed.stop(...unitNames('unwatched', 5));
  renameSync(feed.path, `${feed.path}.3`);
  feed.begin();
  feed.stop(...unitNames('fourth', 5));
  await subject.start();
  report('log-rotated', feed.done, await subject.outcome());
});

test.concurrent('truncated', async () => {
  await using subject = await Subject.start();
  const { feed } = subject;
  feed.stop(...unitNames('first', 5));
  await subject.counted();
  truncateSync(feed.path);
  feed.begin();
  feed.stop(...unitNames('second', 5));
  await subject.counted();
  await subject.restart('SIGKILL');
  report('log-truncated', feed.done, await subject.outcome());
});

test.concurrent('replaced by a directory', async () => {
  await using subject = await Subject.start();
  const { feed } = subject;
  feed.stop(...unitNames('first', 5));
  await subject.counted();
  renameSync(feed.path, `${feed.path}.1`);
  mkdirSync(feed.path);
  await subject.process.says(/it is a directory/);
  expect(await subject.metric('systemd_stop_exporter_source_up', 'source')).toEqual(new Map([['stap', 0]]));
  await subject.restart('SIGKILL');
  rmdirSync(feed.path);
  feed.begin();
  feed.stop(...unitNames('second', 5));
  report('log-directory', feed.done, await subject.outcome());
  expect(await subject.metric('systemd_stop_exporter_source_up', 'source')).toEqual(new Map([['stap', 1]]));
});

test.concurrent('random bytes', async () => {
  await using subject = await Subject.start();
  const { feed } = subject;
  feed.stop(...unitNames('first', 5));
  for (let megabyte = 0; megabyte < 8; megabyte++) appendFileSync(feed.path, randomBytes(1024 * 1024));
  appendFileSync(feed.path, '\n');
  feed.stop(...unitNames('second', 5));
  report('log-random', feed.done, await subject.outcome());
});

test.concurrent('one line of 1 GiB', async () => {
  await using subject = await Subject.start();
  const { feed } = subject;
  feed.stop(...unitNames('first', 5));
  await pipeline(Readable.from(megabytes(1024)), createWriteStream(feed.path, { flags: 'a' }));
  appendFileSync(feed.path, '\n');
  feed.stop(...unitNames('second', 5));
  report('log-gigabyte', feed.done, await subject.outcome());
  const [peak = 0] = (await subject.metric('process_resident_memory_bytes', 'none')).values();
  expect(peak).toBeLessThan(300 * 1024 * 1024);
});

function* megabytes(count: number): Generator<Buffer> {
  const megabyte = Buffer.alloc(1024 * 1024, 'x');
  for (let index = 0; index < count; index++) yield megabyte;
}
