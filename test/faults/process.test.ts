import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { steppedClock } from './support/fake-clock.ts';
import { unitNames } from './support/record-feed.ts';
import { report } from './support/report.ts';
import { Subject } from './support/subject.ts';

test.concurrent('clock stepped', async () => {
  using directory = temporaryDirectory();
  const file = join(directory.path, 'offset');
  const step = (hours: number): void => writeFileSync(file, `${hours >= 0 ? '+' : ''}${hours}h\n`);
  step(0);
  await using subject = await Subject.start({
    environment: steppedClock(file),
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
  // 6,000 lines are more than it may hold for who does not read. Their traces would take minutes, and are not the point.
  await using subject = await Subject.start({ environment: { OTEL_SDK_DISABLED: 'true' } });
  subject.process.ignoreOutput();
  for (let burst = 0; burst < 6; burst++) {
    subject.feed.stop(...unitNames('stuck', 1_000));
    await subject.counted();
  }
  report('stderr-stuck', subject.feed.done, await subject.outcome());
});

test('a burst', async () => {
  await using subject = await Subject.start();
  subject.feed.stop(...Array.from({ length: 3_000 }, (_, index) => `burst@${index}.service`));
  report('burst-files', subject.feed.done, await subject.outcome());
});

function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'clock-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
