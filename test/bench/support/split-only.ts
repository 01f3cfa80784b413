import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What `analyze` is measured against: a program that only splits a file into lines. Arguments: how, file. */
const [how, file = ''] = process.argv.slice(2);
let lines = 0;
if (how === 'readline') for await (const _line of createInterface({ input: createReadStream(file) })) lines++;
else await splitByHand();
console.log(lines);

async function splitByHand(): Promise<void> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines += parts.length;
  }
}
