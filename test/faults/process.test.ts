import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { unitNames } from './support/record-feed.ts';
import { report } from './support/report.ts';
import { Subject } from './support/subject.ts';

/**
 * libfaketime moves CLOCK_REALTIME as the process sees it, and leaves CLOCK_MONOTONIC alone: a time namespace cannot, and
 * the clock of the machine is not ours to set.
 */
test.concurrent('clock stepped', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'offset');
  const step = (hours: number): void => writeFileSync(file, `${hours >= 0 ? '+' : ''}${hours}h\n`);
  step(0);
  await using subject = await Subject.start({
    environment: {
      LD_PRELOAD: '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1',
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  });
  const { feed } = subject;
  const units = ['again.service', ...unitNames('clock', 4)];
  feed.stop(...units);
  await subject.counted();
  for (const [signal, hours] of [
    ['SIGKILL', -3],
    ['SIGTERM', 3],
    ['SIGKILL', 0],
  ] as const) {
    step(hours);
    feed.offsetUsec = hours * 3_600_000_000;
    feed.stop(...units);
    await subject.counted();
    await subject.restart(signal);
    feed.stop(...units);
    await subject.counted();
  }
  report('clock-steps', feed.done, await subject.outcome());
  const causes = (await subject.incidents()).map(({ cause, sender }) => `${cause} by ${sender?.name}`);
  expect(new Set(causes)).toEqual(new Set(['requested by systemctl']));
});

test.concurrent('suspended for a minute', async () => {
  await using subject = await Subject.start();
  subject.feed.stop(...unitNames('before', 5));
  await subject.counted();
  process.kill(subject.process.pid, 'SIGSTOP');
  for (const unit of unitNames('meanwhile', 60)) {
    appendFileSync(subject.feed.path, subject.feed.records(unit).join(''));
    await delay(1_000);
  }
  process.kill(subject.process.pid, 'SIGCONT');
  report('suspend', subject.feed.done, await subject.outcome());
});

test.concurrent('nobody reads standard error', async () => {
  await using subject = await Subject.start();
  subject.process.ignoreOutput();
  for (let burst = 0; burst < 10; burst++) {
    subject.feed.stop(...unitNames('stuck', 1_000));
    await subject.counted();
  }
  report('stderr-stuck', subject.feed.done, await subject.outcome());
});

test('a burst', async () => {
  await using subject = await Subject.start();
  subject.feed.stop(...unitNames('burst', 20_000));
  report('burst-files', subject.feed.done, await subject.outcome());
});

function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'clock-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
