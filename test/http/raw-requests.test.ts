import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { mutate } from '../fuzz/mutate.ts';
import { createRandom } from '../fuzz/random.ts';
import { requestHeads } from '../fuzz/seeds.ts';
import { sampleIncident } from '../support/sample-incident.ts';
import { incidentPages, startTestApp } from './test-app.ts';

/** Sends bytes and nothing more; resolves with the first line of the answer, if there is one. */
async function send(address: string, text: string): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.end(text, 'latin1');
  await once(socket, 'close');
  return answer.split('\r\n', 1)[0] ?? '';
}

test('changed requests, byte for byte, get an answer of HTTP or none, never a fault of ours', async () => {
  await using app = await startTestApp({ incidents: incidentPages([sampleIncident()]) });
  const random = createRandom(20_261_127);
  const pick = (): string => requestHeads[random.below(requestHeads.length)] ?? '';
  const seen = new Set<string>();
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(app.address, mutate(pick(), pick(), random))));
    for (const answer of answers) seen.add(answer);
  }
  expect(app.errors).toEqual([]);
  expect([...seen].filter((line) => line !== '' && !/^HTTP\/1\.1 [234]\d\d /.test(line))).toEqual([]);
  expect([...seen].filter((line) => /^HTTP\/1\.1 (?:200|400|404|405) /.test(line)).length).toBeGreaterThan(3);
  expect((await app.get('/-/healthy')).status).toBe(200);
}, 120_000);
