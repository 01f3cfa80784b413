import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Loaded into the exporter before it starts (`--import`): on SIGUSR2 tells what it holds, into the file it is given. */
const commitsMs: number[] = [];
const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function timed(this: DatabaseSync, sql: string): void {
  const startedMs = performance.now();
  exec.call(this, sql);
  if (sql === 'COMMIT') commitsMs.push(performance.now() - startedMs);
};

process.on('SIGUSR2', () => {
  globalThis.gc?.();
  const resources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
  const sorted = commitsMs.splice(0).toSorted((one, other) => one - other);
  const commitMs = { median: sorted[Math.floor(sorted.length / 2)], p99: sorted[Math.floor(sorted.length * 0.99)] };
  writeFileSync(process.env['TELL_RESOURCES'] ?? '', JSON.stringify({ ...process.memoryUsage(), resources, commitMs }));
});
