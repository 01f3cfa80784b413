import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commandsIn, pagesUnder } from './documented-commands.ts';

const commands = [...pagesUnder('docs'), 'README.md'].flatMap(commandsIn);

describe('the commands of the pages', () => {
  test('are there', () => {
    expect(commands.length).toBeGreaterThan(3);
  });

  test.each(commands.map((one) => [`${one.page}: ${one.command}`, one] as const))('%s', (_title, { command, output }) => {
    const [program = '', filter] = command.split(/ \| (?=jq )/);
    expect(program).toMatch(/^systemd-stop-exporter /);
    const parameters = program.split(' ').slice(1);
    const { stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', ...parameters], { encoding: 'utf8' });
    expect(filter === undefined ? stdout + stderr : filtered(filter, stdout)).toBe(output);
  });
});

/** The one filter that the pages use, without the need for jq. */
function filtered(filter: string, json: string): string {
  expect(filter).toBe("jq -r '.[] | .summary'");
  return (JSON.parse(json) as readonly { readonly summary: string }[]).map(({ summary }) => `${summary}\n`).join('');
}
