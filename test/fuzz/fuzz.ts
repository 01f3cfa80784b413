import { parseArgs } from 'node:util';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';
import { createTargets, type Target } from './targets.ts';

/**
 * `npm run fuzz -- [--inputs 10000000] [--seed 1] [--target NAME]`: changed recordings for every parser. The same seed
 * gives the same inputs. Prints what was done; ends with 1 where a parser threw, broke a promise or took too long.
 */
const slowMs = 1000;
const maxShown = 20;

interface Result {
  inputs: number;
  bytes: number;
  slowestMs: number;
  readonly failures: { readonly text: string; readonly error: unknown }[];
}

function fuzz(target: Target, inputs: number, seed: number): Result {
  const random = createRandom(seed);
  const result: Result = { inputs: 0, bytes: 0, slowestMs: 0, failures: [] };
  const pick = (): string => target.seeds[random.below(target.seeds.length)] ?? '';
  for (; result.inputs < inputs; result.inputs++) {
    const text = mutate(pick(), pick(), random);
    result.bytes += text.length;
    const before = process.cpuUsage();
    try {
      target.run(text);
    } catch (error) {
      result.failures.push({ text, error });
    }
    const { user, system } = process.cpuUsage(before);
    // Time of the processor: on a busy machine the clock tells of others.
    const tookMs = (user + system) / 1000;
    result.slowestMs = Math.max(result.slowestMs, tookMs);
    if (tookMs > slowMs) result.failures.push({ text, error: new Error(`Took ${Math.round(tookMs)} ms`) });
    if (result.failures.length >= maxShown) break;
  }
  return result;
}

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
  },
});
const targets = createTargets().filter(({ name }) => values.target === undefined || name === values.target);
const shares = targets.reduce((sum, { share }) => sum + share, 0);
console.log(`seed ${values.seed}, ${values.inputs} inputs, Node ${process.versions.node}`);
let done = 0;
let failed = 0;
for (const target of targets) {
  const startedAt = performance.now();
  const result = fuzz(target, Math.ceil((Number(values.inputs) * target.share) / shares), Number(values.seed));
  const seconds = (performance.now() - startedAt) / 1000;
  const rate = Math.round(result.inputs / seconds);
  const facts = `${result.inputs} inputs, ${(result.bytes / 1e6).toFixed(0)} MB, ${rate}/s, slowest ${result.slowestMs.toFixed(1)} ms`;
  console.log(`${target.name.padEnd(34)}${facts}, ${result.failures.length} failed`);
  for (const { text, error } of result.failures)
    console.log(`  ${JSON.stringify(text)}\n  ${String(error instanceof Error ? error.stack : error)}`);
  done += result.inputs;
  failed += result.failures.length;
}
console.log(`${done} inputs, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
