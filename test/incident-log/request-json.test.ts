import { expect, test } from 'vitest';
import { decodeRequest, encodeRequest } from '../../src/incident-log/request-json.ts';
import { request } from '../support/evidence.ts';

const sender = { name: 'systemctl', pid: 79, unit: 'session-2.scope', command: 'systemctl reboot' };
const asked = request(0, { action: 'shutdown', sender, ancestry: [{ name: 'systemd', pid: 1 }, sender] });

test('a request is the same when it is read back', () => {
  expect(decodeRequest(encodeRequest(asked))).toEqual(asked);
});

test.each([
  ['{"kind":"requ', 'It is no JSON: "{\\"kind\\":\\"requ"'],
  ['null', 'It is no request: "null"'],
  [JSON.stringify({ ...asked, kind: 'signal' }), 'It is no request: '],
  [JSON.stringify({ ...asked, action: 'dance' }), 'It is no request: '],
  [JSON.stringify({ ...asked, atUsec: 'yesterday' }), 'It is no request: '],
  [JSON.stringify({ ...asked, sender: { pid: 79 } }), 'It is no request: '],
  [JSON.stringify({ ...asked, ancestry: 'systemd' }), 'It is no request: '],
])('%j is not taken for one', (text, message) => {
  expect(() => decodeRequest(text)).toThrow(message);
});

test('no more is quoted than can be read', () => {
  expect(() => decodeRequest('x'.repeat(1_000_000))).toThrow(/^.{100,200}$/);
});
