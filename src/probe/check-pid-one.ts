import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '../logger.ts';
import { runBesidePidOne } from './run-beside-pid-one.ts';
import type { SelfCheck } from './self-check.ts';

const timeoutMs = 10_000;
const settleMs = 2_000;
const pollMs = 20;

/** Units of this name are ours, and their stops nobody's business. */
export const selfCheckPrefix = 'systemd-stop-exporter-self-check-';

/**
 * Starts and stops a transient unit for the self-check to look at. Resolves with what went wrong, in words; undefined
 * where all was done, whatever the check has seen of it.
 */
export async function exerciseUnit(rootPid: number, unit: string, check: SelfCheck): Promise<string | undefined> {
  const start = ['systemd-run', '--quiet', '--collect', `--unit=${unit}`, 'sleep', '60'];
  const onStarted = (pid: number): void => check.expectCaller(pid);
  try {
    await runBesidePidOne(rootPid, start, { timeoutMs });
    await runBesidePidOne(rootPid, ['systemctl', 'stop', unit], { timeoutMs, onStarted });
  } catch (error) {
    return `Cannot start and stop a unit to check the probe with: ${describeError(error)}`;
  }
  for (let waitedMs = 0; !check.isOver && waitedMs < settleMs; waitedMs += pollMs) await delay(pollMs);
  return undefined;
}
