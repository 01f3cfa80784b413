import { accepts, startCollector } from './scripted-collector.ts';

/** A collector inside a machine: says `TRACE_ID UNIT` of each trace it stores. */
const said = new Set<string>();
const collector = await startCollector(Number(process.argv[2]));
collector.answer(({ traceId, unit }) => {
  if (!said.has(traceId)) process.stdout.write(`${traceId} ${unit}\n`);
  said.add(traceId);
  return accepts;
});
process.stdout.write('listening\n');
