import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Host } from '../../model/incident.ts';
import { hostResource, serviceResource } from '../../trace/trace-resource.ts';

/** Ours: what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes on top of it. */
export function ownResource(host: Host, version: string): Resource {
  return defaultResource().merge(resourceFromAttributes({ ...serviceResource(version), ...hostResource(host) }));
}

/** Where the incident's host is not ours, as in a recording, its names count, and not those of the environment. */
export function incidentResource(own: Resource, ownHost: Host, host: Host): Resource {
  const ours = hostResource(ownHost);
  const foreign = Object.entries(hostResource(host)).filter(([name, value]) => ours[name] !== value);
  return foreign.length === 0 ? own : own.merge(resourceFromAttributes(Object.fromEntries(foreign)));
}
