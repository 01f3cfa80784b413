// Measures how often the caller of a method over the bus is known, by how the exporter is scheduled:
//   node test/system/sender-race.ts [--suite SUITE] [--calls N] [--burners N]… [--scheduling NAME]…
// Each caller exits as soon as it has its reply; the burners are processes that want all the CPU they can get.
import { parseArgs } from 'node:util';
import { bootWithExporter } from './live-machine.ts';
import { suites } from './machine.ts';
import { callOverBus } from './score/bus-race.ts';

const schedulings: Readonly<Record<string, readonly string[]>> = {
  'as shipped': [],
  ordinary: ['ExecStartPost='],
  'Nice=-20': ['ExecStartPost=', 'Nice=-20'],
  'CPUSchedulingPolicy=rr': ['ExecStartPost=', 'CPUSchedulingPolicy=rr', 'CPUSchedulingPriority=1'],
};

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'bookworm' },
    calls: { type: 'string', default: '60' },
    burners: { type: 'string', multiple: true, default: ['0', '4'] },
    scheduling: { type: 'string', multiple: true, default: Object.keys(schedulings) },
  },
});
const suite = suites.find((name) => name === values.suite);
if (suite === undefined) throw new Error(`Not a suite: "${values.suite}"`);
for (const burners of values.burners.map(Number)) {
  for (const name of values.scheduling) {
    const settings = schedulings[name] ?? [name];
    await using live = await bootWithExporter(suite, { settings });
    const { right, unknown, wrong } = await callOverBus(live, { calls: Number(values.calls), burners });
    console.log(`${suite}, ${burners} burners, ${name}: ${right} right, ${unknown} unknown, ${wrong} wrong`);
  }
}
