import { BusError } from './bus-error.ts';
import { monitorRules } from './match-rules.ts';
import { openSystemBus, type SystemBus, type SystemBusOptions } from './system-bus.ts';

/** The bus does not let us watch it: `reason` is in its own words. */
export interface MonitorRefused {
  readonly refused: string;
}

/**
 * A connection that only listens. It can call nothing any more, and the bus throws it out for any message it sends.
 * Throws where there is no bus; an unwilling bus is an answer.
 */
export async function openBusMonitor(options: SystemBusOptions): Promise<SystemBus | MonitorRefused> {
  const bus = await openSystemBus(options);
  try {
    await bus.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus.Monitoring',
      member: 'BecomeMonitor',
      signature: 'asu',
      body: [[...monitorRules], 0],
    });
    return bus;
  } catch (error) {
    bus.close();
    if (error instanceof BusError) return { refused: `${error.name}: ${error.message}` };
    throw error;
  }
}
