import type { Host } from '../../model/incident.ts';

/** What the host is called; undefined where the recording does not say. */
export function hostNameOf({ hostname }: Host): string | undefined {
  return hostname === '' || hostname === 'unknown' ? undefined : hostname;
}
