import { enableKernelEvents } from '../../../src/probe/enable-kernel-events.ts';
import { actorRows, kernelRows, lifeRows } from '../../../src/probe/kernel-events.ts';
import { probeDefaults } from '../../../src/probe/probe.ts';
import { createInstances, namesOf, removeInstances } from '../../../src/probe/tracefs/instance.ts';
import { Tracefs } from '../../../src/probe/tracefs/tracefs.ts';
import { mountTracefs } from '../../system/host-tracefs.ts';

/** The kernel's events as the probe has them, and nobody who reads them: on and off in a moment. */
export interface ProbeEvents extends Disposable {
  switch(isOn: boolean): void;
}

/** @param hostPid of the PID 1 whose children are told apart */
export function openProbeEvents(hostPid: number): ProbeEvents {
  mountTracefs();
  const tracefs = new Tracefs(probeDefaults.tracefs);
  const names = namesOf(`bench-${process.pid}`);
  createInstances(tracefs, names, { bufferKilobytes: probeDefaults.bufferKilobytes });
  const wanted = [
    [names.actors, actorRows(hostPid)],
    [names.lives, lifeRows(hostPid)],
    [names.instance, kernelRows(hostPid)],
  ] as const;
  return {
    switch(isOn) {
      for (const [instance, rowsOfIt] of wanted)
        if (isOn) enableKernelEvents(tracefs, instance, rowsOfIt);
        else tracefs.write(`instances/${instance}/events/enable`, '0');
    },
    [Symbol.dispose]: () => void removeInstances(tracefs, names),
  };
}
