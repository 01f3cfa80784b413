import { expect, test } from 'vitest';
import { createSystemctlShowParser } from '../../../src/sources/dbus/systemctl-show.ts';

function read(text: string) {
  const parser = createSystemctlShowParser();
  const lines = text.split('\n').flatMap((line, index) => parser.accept(line, { file: 'show.txt', line: index + 1 }));
  return [...lines, ...parser.finish()];
}

test('createSystemctlShowParser() reads the type and the relations of each unit', () => {
  const text =
    'Type=dbus\nId=bound.service\nBindsTo=anchor.service\nConflicts=shutdown.target a.service\nStopWhenUnneeded=no\n\n' +
    'Id=needed.service\nBindsTo=\nRequiredBy=needing.service\nStopWhenUnneeded=yes\n';
  expect(read(text)).toMatchObject([
    { kind: 'service-state', unit: 'bound.service', serviceType: 'dbus', origin: { file: 'show.txt', line: 1 } },
    {
      kind: 'unit-relations',
      unit: 'bound.service',
      relations: [
        { relation: 'BindsTo', unit: 'anchor.service', when: 'stop' },
        { relation: 'Conflicts', unit: 'shutdown.target', when: 'start' },
        { relation: 'Conflicts', unit: 'a.service', when: 'start' },
      ],
    },
    {
      kind: 'unit-relations',
      unit: 'needed.service',
      relations: [{ relation: 'StopWhenUnneeded', unit: 'needing.service', when: 'stop' }],
    },
  ]);
});

test('createSystemctlShowParser() passes over what is no unit, and counts what it cannot read', () => {
  expect(read('Id=nothing\nBindsTo=a.service\n')).toEqual([]);
  expect(read('BindsTo=a.service\n')).toEqual([]);
  expect(read('Unit a.service could not be found.\n')).toMatchObject([{ kind: 'discarded', reason: 'unreadable' }]);
});
