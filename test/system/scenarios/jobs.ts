import { byOperator, mainPid, type StopScenario, start } from './scenario.ts';

/** Jobs that are cancelled, merged, replaced, refused or out of time, and stops that meet a unit on its way. */
export const jobs: readonly StopScenario[] = [
  {
    name: 'stop-during-start',
    units: ['slow-start.service'],
    prepare: `${start('--no-block', 'slow-start.service')}; sleep 0.3`,
    act: 'witness systemctl stop slow-start.service',
    expect: [{ ...byOperator('slow-start.service'), note: 'phase start' }],
  },
  {
    name: 'stop-cancelled-by-start',
    units: ['slow-stop.service'],
    prepare: start('slow-stop.service'),
    act: 'witness systemctl --no-block stop slow-stop.service; sleep 0.5; systemctl start slow-stop.service; sleep 6',
    cleanup: 'systemctl kill --signal=KILL slow-stop.service || true',
    expect: [{ ...byOperator('slow-stop.service'), note: 'the stop job ends "canceled", the stop itself goes on' }],
  },
  {
    name: 'stop-timeout',
    units: ['stop-timeout.service'],
    prepare: start('stop-timeout.service'),
    act: 'witness systemctl stop stop-timeout.service',
    expect: [{ ...byOperator('stop-timeout.service'), note: 'killed at the stop timeout, result timeout' }],
  },
  {
    name: 'stop-job-cancelled',
    units: ['two-second-stop.service'],
    prepare: start('two-second-stop.service'),
    act: 'witness systemctl --no-block stop two-second-stop.service; sleep 0.4; systemctl cancel; sleep 2.5',
    expect: [{ ...byOperator('two-second-stop.service'), note: 'the job is cancelled, the stop itself goes on' }],
  },
  {
    name: 'stop-job-times-out',
    units: ['job-timeout.service'],
    prepare: start('job-timeout.service'),
    act: 'witness systemctl stop job-timeout.service || true; sleep 2.5',
    expect: [{ ...byOperator('job-timeout.service'), note: 'the job ends "timeout", the stop itself goes on' }],
  },
  {
    name: 'stops-merged',
    units: ['two-second-stop.service'],
    prepare: start('two-second-stop.service'),
    act: 'witness systemctl --no-block stop two-second-stop.service; sleep 0.4; witness systemctl stop two-second-stop.service',
    expect: [{ ...byOperator('two-second-stop.service'), note: 'two requests, one job, one stop' }],
  },
  {
    name: 'restart-replaced-by-stop',
    units: ['two-second-stop.service'],
    prepare: start('two-second-stop.service'),
    act: 'witness systemctl --no-block restart two-second-stop.service; sleep 0.4; witness systemctl stop two-second-stop.service',
    expect: [{ ...byOperator('two-second-stop.service'), note: 'two requests, two jobs, one stop' }],
  },
  {
    name: 'stop-job-mode-fail',
    note: 'refused, as it would replace the job that starts the unit',
    units: ['slow-start.service'],
    prepare: `${start('--no-block', 'slow-start.service')}; sleep 0.3`,
    act: 'witness systemctl --job-mode=fail stop slow-start.service || true',
    expect: [],
  },
  {
    name: 'stop-of-stopped',
    units: ['sleepy.service'],
    act: 'witness systemctl stop sleepy.service; witness systemctl try-restart sleepy.service',
    expect: [],
  },
  {
    name: 'reload-or-restart',
    note: 'the unit cannot be reloaded',
    units: ['sleepy.service'],
    prepare: start('sleepy.service'),
    act: 'witness systemctl reload-or-restart sleepy.service',
    expect: [byOperator('sleepy.service')],
  },
  {
    name: 'stop-during-reload',
    units: ['slow-reload.service'],
    prepare: `${start('slow-reload.service')}; systemctl --no-block reload slow-reload.service; sleep 0.3`,
    act: 'witness systemctl stop slow-reload.service',
    expect: [{ ...byOperator('slow-reload.service'), note: 'phase reload' }],
  },
  {
    name: 'killed-during-reload',
    units: ['slow-reload.service'],
    operator: 'saboteur',
    prepare: `${start('slow-reload.service')}; systemctl --no-block reload slow-reload.service; sleep 0.3`,
    act: `witness kill -KILL ${mainPid('slow-reload.service')}; sleep 2`,
    settleMs: 1500,
    expect: [{ unit: 'slow-reload.service', cause: 'signal', sender: 'kill', note: 'it stops once the reload is over' }],
  },
  {
    name: 'killed-while-stopping',
    units: ['two-second-stop.service'],
    prepare: start('two-second-stop.service'),
    act:
      'witness systemctl --no-block stop two-second-stop.service; sleep 0.4; ' +
      `kill -KILL ${mainPid('two-second-stop.service')}`,
    expect: [{ ...byOperator('two-second-stop.service'), note: 'the signal only ends what had begun' }],
  },
];
