import { everything } from '../substitute.ts';
import type { KnownStops } from './known-stops.ts';
import type { Stop } from './stop.ts';

/** What is chosen, as regular expressions, in a dashboard's variables, and what remains of the truth under it. */
export interface Selection {
  readonly variables: Readonly<Record<string, string>>;
  readonly world: KnownStops;
  /** Under all filters. */
  readonly stops: readonly Stop[];
  /** The same whoever made them: gauges of the last stop know no sender. */
  readonly byAnybody: readonly Stop[];
  /** Of the chosen hosts: what the exporter counts about itself knows nothing else. */
  readonly ofHosts: readonly Stop[];
  readonly hosts: readonly string[];
}

type Chosen = Partial<Record<'instance' | 'unit' | 'cause' | 'sender', string>>;

export function select(world: KnownStops, chosen: Chosen): Selection {
  const fits = (value: string, variable: keyof Chosen) => new RegExp(`^(?:${chosen[variable] ?? '.+'})$`).test(value);
  const ofHosts = world.stops.filter(({ instance }) => fits(instance, 'instance'));
  const byAnybody = ofHosts.filter(({ name, cause }) => fits(name, 'unit') && fits(cause, 'cause'));
  const stops = byAnybody.filter(({ sender }) => fits(sender, 'sender'));
  const hosts = world.instances.filter((instance) => fits(instance, 'instance'));
  // As Grafana escapes them for a string of PromQL.
  const escaped = Object.entries(chosen).map(([name, value]) => [name, value.replaceAll('\\', '\\\\')]);
  return { variables: { ...everything, ...Object.fromEntries(escaped) }, world, stops, byAnybody, ofHosts, hosts };
}
