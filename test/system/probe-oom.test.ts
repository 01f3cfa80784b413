import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { IncidentDocument } from '../../src/model/incident-document.ts';
import { bootWithProbe, type WatchedMachine } from './live-machine.ts';
import { createSmallMemory, type SmallMemory } from './small-memory.ts';
import { testedSuites } from './tested-suites.ts';

describe.each(testedSuites)('on %s, the OOM killer that systemd does not hear of', (suite) => {
  let memory: SmallMemory | undefined;
  let watched: WatchedMachine;

  beforeAll(async () => {
    memory = createSmallMemory();
    watched = await bootWithProbe(suite, { binds: [memory.bind] });
  });

  afterAll(async () => {
    await watched?.[Symbol.asyncDispose]();
    memory?.remove();
  });

  async function stopOf(unit: string): Promise<IncidentDocument> {
    const { machine, exporter } = watched;
    await machine.exec(`systemctl start ${unit}`, { allowFailure: true });
    return vi.waitFor(
      async () => {
        const [found, ...more] = (await exporter.incidents()).filter((incident) => incident.unit === unit);
        expect(more).toEqual([]);
        if (found === undefined) throw new Error(`No stop of ${unit} yet`);
        return found;
      },
      { timeout: 30_000, interval: 200 },
    );
  }

  test('is named by the kernel: the main process was chosen', async () => {
    expect(await stopOf('hungry.service')).toMatchObject({
      cause: 'oom-kill',
      attribution: 'proven',
      sender: { name: 'kernel' },
      exit: { code: 'killed', status: 9 },
    });
  });

  test('is not why a service ended that gave up because of it', async () => {
    const stop = await stopOf('hungry-worker.service');
    expect(stop).toMatchObject({ cause: 'exit-code', sender: null, exit: { code: 'exited', status: 3 } });
    expect(stop.summary).toContain('status 3');
  });
});
