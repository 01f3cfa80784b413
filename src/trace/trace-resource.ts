import type { Host } from '../model/incident.ts';
import { semantic, systemd } from './attribute-names.ts';

/** Attributes of what sent a trace: an OTLP resource. */
export type TraceResource = Readonly<Record<string, string>>;

export const serviceName = 'systemd-stop-exporter';

/** The exporter, and the machine the stop happened on, which for a recording is not the one we run on. */
export function traceResource(host: Host, version: string): TraceResource {
  return { ...serviceResource(version), ...hostResource(host) };
}

export function serviceResource(version: string): TraceResource {
  return { [semantic.serviceName]: serviceName, [semantic.serviceVersion]: version };
}

export function hostResource({ machineId, bootId, hostname }: Host): TraceResource {
  return {
    // Jaeger adjusts the clocks of spans without a host key even against each other: never empty.
    [semantic.hostId]: machineId === '' ? 'unknown' : machineId,
    [semantic.hostName]: hostname === '' ? 'unknown' : hostname,
    ...(bootId !== '' && { [systemd.bootId]: bootId }),
  };
}
