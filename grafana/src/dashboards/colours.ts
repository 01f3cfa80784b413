import {
  FieldColorBuilder,
  FieldColorModeId,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';

/** Grey at nothing, this colour from the first on. */
export function standsOut(colour: string): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: 'text' },
    { value: 1, color: colour },
  ]);
}

/** Coloured by `standsOut` and its like. */
export function byThreshold(): FieldColorBuilder {
  return new FieldColorBuilder().mode(FieldColorModeId.Thresholds);
}

/** The same colour for a cause on every graph: those of somebody's doing blue, failures red and orange. */
const causeColours: Readonly<Record<string, string>> = {
  'cgroup-empty': 'dark-red',
  signal: 'red',
  'core-dump': 'light-red',
  'oom-kill': 'orange',
  watchdog: 'light-orange',
  timeout: 'yellow',
  'exit-code': 'purple',
  requested: 'blue',
  dependency: 'light-blue',
  shutdown: 'super-light-blue',
  exited: 'green',
  unknown: 'text',
};

/** Overrides for series that are named by their cause. */
export const causeOverrides = Object.entries(causeColours).map(([cause, colour]) => ({
  matcher: { id: 'byName', options: cause },
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }],
}));
