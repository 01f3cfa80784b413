import { defaultResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Host } from '../../model/incident.ts';
import { hostResource, serviceResource } from '../../trace/trace-resource.ts';

/** Ours: what OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say comes on top of it. */
export function ownResource(host: Host, version: string): Resource {
  return defaultResource().merge(resourceFromAttributes({ ...serviceResource(version), ...hostResource(host) }));
}

/**
 * Where the incident's host is not ours, as in a recording, its names count, and not those of the environment;
 * what it does not name is absent rather than ours.
 */
export function incidentResource(own: Resource, ownHost: Host, host: Host): Resource {
  const ours = hostResource(ownHost);
  const theirs = hostResource(host);
  const foreign = Object.entries(theirs).filter(([name, value]) => ours[name] !== value);
  const leaks = Object.keys(ours).filter((name) => theirs[name] === undefined);
  if (foreign.length + leaks.length === 0) return own;
  const kept = Object.entries(own.attributes).filter(([name]) => !leaks.includes(name));
  return resourceFromAttributes(Object.fromEntries([...kept, ...foreign]));
}
