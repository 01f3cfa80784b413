import { existsSync, readdirSync } from 'node:fs';
import { cleanUpProbe, probeDefaults } from '../../../src/probe/probe.ts';

/** Of a machine of the bed by the pid of its PID 1, or of a benchmark by its own. */
const named = /^(?<instance>(?:bed-\w+|bench)-(?<pid>\d+))(?:-actors|-lives)?$/;

/**
 * Removes the breakpoints of probes whose machine or benchmark was killed: they are in systemd's file, which all machines of a
 * suite share, and made what was measured without a probe as dear as with one.
 */
export function removeAbandonedProbes(): void {
  const directory = `${probeDefaults.tracefs}/instances`;
  const found = existsSync(directory) ? readdirSync(directory).map((name) => named.exec(name)?.groups ?? {}) : [];
  const abandoned = found.filter(({ pid }) => pid !== undefined && !existsSync(`/proc/${pid}`)).map(({ instance }) => instance);
  for (const instance of new Set(abandoned)) if (instance !== undefined) cleanUpProbe({ instance });
}
