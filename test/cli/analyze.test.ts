import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { analyze } from '../../src/cli/analyze.ts';
import type { RecordedFiles } from '../../src/cli/replay.ts';
import { shippedSettleMs } from '../../src/config/serve-flags.ts';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { callPathCases } from '../support/call-path-cases.ts';

const directory = mkdtempSync(join(tmpdir(), 'analyze-'));
afterAll(() => rmSync(directory, { recursive: true }));

const noFiles: RecordedFiles = {
  stap: [],
  dbusMonitor: [],
  busctlMonitor: [],
  busctlList: [],
  systemctlShow: [],
  pstree: [],
  journal: [],
};
let files = 0;

function written(text: string): string {
  files++;
  const file = join(directory, `${files}.log`);
  writeFileSync(file, text);
  return file;
}

async function run(
  given: Partial<RecordedFiles>,
  unit?: string,
): Promise<{ documents: readonly IncidentDocument[]; err: string; status: number }> {
  let [out, err] = ['', ''];
  const options = {
    files: { ...noFiles, ...given },
    format: 'json',
    settleMs: shippedSettleMs,
    onIncident: () => undefined,
    ...(unit === undefined ? {} : { unit }),
  } as const;
  const status = await analyze(options, { out: (text) => (out += text), err: (text) => (err += text) });
  return { documents: JSON.parse(out), err, status };
}

/** What debug.stp of 2020 would have printed for these functions. */
function debugStp(functions: readonly string[], module: string, hasHeader = true): string {
  const header = hasHeader ? 'the meta_id="a.service"\nthe main_pid=0, control_pid=0\n' : '';
  const frames = functions.map(
    (name, index) => ` 0x5556363b11${index.toString(16)}0 : ${name}+0x${index === 0 ? '0' : '46'}/0x170 [${module}]`,
  );
  return `${header}${frames.join('\n')}\nTue Sep 22 09:15:28 2020: systemd (1), 1, 0\n`;
}

const modules = ['/usr/lib/systemd/systemd', '/usr/lib/x86_64-linux-gnu/systemd/libsystemd-core-257.so'];
const byFramesAlone = callPathCases.filter(
  ({ frames, result, oldState }) => frames.length > 0 && result === undefined && oldState === undefined,
);

describe.each(modules)('analyze reads call paths in the format of debug.stp, in %s', (module) => {
  test.each(byFramesAlone)('of systemd $systemd: $what is $expected', async ({ frames, expected }) => {
    for (const hasHeader of [true, false]) {
      const { documents } = await run({ stap: [written(debugStp(frames, module, hasHeader))] });
      expect(documents.map(({ cause }) => cause)).toEqual(expected === 'not-a-stop' ? [] : [expected]);
      if (expected !== 'unknown')
        for (const { call_path: path } of documents) expect(path.every(({ reliable }) => reliable)).toBe(true);
    }
  });
});

describe('analyze', () => {
  const stop = debugStp(
    ['service_enter_stop', 'service_stop', 'job_run_and_invalidate', 'manager_dispatch_run_queue'],
    modules[0] ?? '',
  );

  test('answers 0 with stops and 3 without', async () => {
    expect((await run({ stap: [written(stop)] })).status).toBe(0);
    expect(await run({ stap: [written('')] })).toMatchObject({ documents: [], status: 3 });
  });

  test('takes call paths without a unit for the unit asked for', async () => {
    const { documents } = await run(
      { stap: [written(debugStp(['service_enter_stop', 'on_cgroup_empty_event'], modules[0] ?? '', false))] },
      'ovs.service',
    );
    expect(documents).toMatchObject([{ unit: 'ovs.service', cause: 'cgroup-empty' }]);
  });

  test('shows only the unit asked for', async () => {
    expect(await run({ stap: [written(stop)] }, 'other.service')).toMatchObject({
      documents: [],
      status: 3,
      err: 'No stop of other.service found in the evidence\n',
    });
  });

  test('counts two stops of one second as two', async () => {
    const { documents } = await run({ stap: [written(stop + stop)] });
    expect(documents).toHaveLength(2);
    expect(new Set(documents.map(({ trace_id: id }) => id)).size).toBe(2);
  });

  test('says what it could not read and where, and goes on', async () => {
    const file = written(`\u0000\u0001 what is this\n${stop}`);
    const { documents, err } = await run({ stap: [file] });
    expect(documents).toHaveLength(1);
    expect(err).toContain(`${file}:1: unreadable`);
    expect(err).toContain('1 piece of evidence could not be read');
  });

  test('names the file it cannot open', async () => {
    await expect(run({ journal: ['/nowhere/journal.json'] })).rejects.toThrow(
      'Cannot read "/nowhere/journal.json": no such file',
    );
  });
});
