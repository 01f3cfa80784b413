import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { unitNames } from './support/record-feed.ts';
import { report } from './support/report.ts';
import { mountSmallDisk } from './support/small-disk.ts';
import { Subject } from './support/subject.ts';
import { sum } from './support/tally.ts';

const signals = ['SIGKILL', 'SIGTERM'] as const;

/** Writes the records of a stop up to one of them; the others come after the exporter was ended and started again. */
async function killAfter(records: number, subject: Subject): Promise<void> {
  const { feed } = subject;
  for (const [index, signal] of signals.entries()) {
    const seenBefore = await evidence(subject);
    const all = unitNames(signal.toLowerCase(), 5).map((unit) => feed.records(unit));
    appendFileSync(feed.path, all.flatMap((one) => one.slice(0, records)).join(''));
    const isSeen = async () => (await evidence(subject)) >= seenBefore + all.length * records;
    await vi.waitUntil(isSeen, { timeout: 30_000, interval: 20 });
    await subject.end(signal);
    if (index === 0) await subject.start();
    appendFileSync(feed.path, all.flatMap((one) => one.slice(records)).join(''));
    if (index === 1) await subject.start();
    await subject.counted();
  }
}

async function evidence(subject: Subject): Promise<number> {
  return sum((await subject.metric('systemd_stop_exporter_evidence_total', 'source')).values());
}

test.concurrent('request seen', async () => {
  await using subject = await Subject.start();
  await killAfter(1, subject);
  report('kill-request', subject.feed.done, await subject.outcome());
  const senders = (await subject.incidents()).map(({ sender }) => sender?.name);
  expect(senders).toEqual(Array(10).fill('systemctl'));
});

test.concurrent('deactivating', async () => {
  await using subject = await Subject.start();
  await killAfter(2, subject);
  report('kill-deactivating', subject.feed.done, await subject.outcome());
});

test.concurrent('closed, not yet in the log', async () => {
  using disk = mountSmallDisk();
  await using subject = await Subject.start({ storage: join(disk.directory, 'state') });
  for (const signal of signals) {
    disk.fill();
    await subject.stopUntilFull(...unitNames(signal.toLowerCase(), 200));
    await subject.end(signal);
    disk.makeRoom();
    await subject.start();
    await subject.counted();
  }
  report('kill-before-append', subject.feed.done, await subject.outcome());
});

test.concurrent('in the log, not yet sent', async () => {
  await using subject = await Subject.start();
  await subject.collector.down();
  for (const signal of signals) {
    subject.feed.stop(...unitNames(signal.toLowerCase(), 5));
    await subject.counted();
    await subject.restart(signal);
  }
  await subject.collector.up();
  report('kill-before-sent', subject.feed.done, await subject.outcome());
});

test.concurrent('sent, not yet acknowledged', async () => {
  await using subject = await Subject.start();
  for (const signal of signals) {
    const before = subject.collector.stored.size;
    subject.collector.answer(() => ({ kind: 'forgets' }));
    subject.feed.stop(...unitNames(signal.toLowerCase(), 5));
    await subject.traced(before + 1);
    await subject.restart(signal);
  }
  subject.collector.answer(() => ({ kind: 'accepts' }));
  report('kill-before-acknowledged', subject.feed.done, await subject.outcome());
  await vi.waitUntil(async () => sum((await subject.metric('systemd_stop_exporter_traces_pending', 'none')).values()) === 0, {
    timeout: 60_000,
  });
});

test('random moments', async () => {
  await using subject = await Subject.start();
  const random = randomNumbers(20_261_127);
  const writing = new AbortController();
  const writer = writeStops(subject, writing.signal);
  for (let kill = 0; kill < 20; kill++) {
    await delay(200 + random() * 1300);
    await subject.restart('SIGKILL');
  }
  writing.abort();
  await writer;
  report('kill-random', subject.feed.done, await subject.outcome());
});

/** 400 stops of ten units, by half records and at uneven distances. */
async function writeStops({ feed }: Subject, signal: AbortSignal): Promise<void> {
  const random = randomNumbers(7);
  for (let stop = 0; stop < 400; stop++) {
    const text = feed.records(`unit-${stop % 10}.service`).join('');
    const cut = Math.floor(random() * text.length);
    appendFileSync(feed.path, text.slice(0, cut));
    if (!signal.aborted) await delay(random() * 150);
    appendFileSync(feed.path, text.slice(cut));
  }
}

/** The same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
