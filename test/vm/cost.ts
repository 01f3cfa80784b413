// What systemtap costs PID 1: node test/vm/cost.ts [--stops 20] [--rounds 2]            (root; boots the virtual machine)
// In turns without and with the probe: the processor time of PID 1 and of all. The machine's clock counts
// instructions, a nanosecond for each: neither the emulation nor a busy host are in the figures.
import { parseArgs } from 'node:util';
import { bootDisk, makeDisk } from './disk.ts';
import type { VirtualMachine } from './virtual-machine.ts';

const { values } = parseArgs({
  options: { stops: { type: 'string', default: '20' }, rounds: { type: 'string', default: '2' } },
});
const [stops, rounds] = [Number(values.stops), Number(values.rounds)];

interface Cost {
  readonly pidOne: number;
  readonly all: number;
  /** Those of stops: none without the probe. */
  readonly records: number;
}

const log = '/var/log/systemd-stop-exporter-stap/records.log';
const streams = `grep -c '^systemd-stop-exporter records' ${log}`;

await makeDisk();
const machine = await bootDisk();
try {
  await machine.exec('systemctl is-system-running --wait || true; systemctl stop systemd-stop-exporter bed-monitor');
  console.log(`million instructions per stop (start and stop of a unit by systemctl), ${stops} in each turn:`);
  for (let round = 0; round < rounds; round++) {
    await machine.exec('systemctl stop systemd-stop-exporter-stap');
    print('without', await costOfStops(machine));
    // Its first line comes just before its probes are set.
    await machine.exec(
      `before=$(${streams}); systemctl start systemd-stop-exporter-stap; ` +
        `for i in {1..300}; do [ "$(${streams})" -gt "$before" ] && sleep 5 && exit; sleep 1; done; exit 1`,
    );
    print('with', await costOfStops(machine));
  }
} finally {
  await machine.stop();
}

/** Of `stops` stops, in nanoseconds of the machine. */
async function costOfStops(on: VirtualMachine): Promise<Cost> {
  const cycle = 'systemctl start sleepy.service; systemctl stop sleepy.service';
  // The first one reads the unit's file and fills caches.
  const output = await on.exec(
    `look() { cut -d' ' -f1 /proc/1/schedstat; ` +
      `awk '/^cpu /{print ($2+$3+$4+$7+$8)*10000000}' /proc/stat; }; ` +
      `records() { sleep 2; grep -c '^begin [0-9]* stop ' ${log}; }; ` +
      `${cycle}; records; look; for i in {1..${stops}}; do ${cycle}; done; look; records`,
  );
  const [before = 0, pidOne = 0, all = 0, pidOneAfter = 0, allAfter = 0, after = 0] = output.split('\n').map(Number);
  return { pidOne: pidOneAfter - pidOne, all: allAfter - all, records: after - before };
}

function print(turn: string, { pidOne, all, records }: Cost): void {
  const perStop = (nanoseconds: number): string => (nanoseconds / stops / 1e6).toFixed(2).padStart(8);
  console.log(`  ${turn.padEnd(8)} PID 1 ${perStop(pidOne)}  all ${perStop(all)}  records ${records / stops}`);
}
