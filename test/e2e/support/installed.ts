import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const cache = process.env['SSE_CACHE'] ?? '/var/cache/systemd-stop-exporter';
const places = [join(cache, 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)];

/** Where a tool of `.ci/install` is; its bare name where it is not installed. */
export function pathOf(tool: string): string {
  return places.map((place) => join(place, tool)).find(isExecutable) ?? tool;
}

/** In CI a missing tool is a failure and not a skip. */
export function isInstalled(tool: string): boolean {
  return process.env['CI'] === 'true' || pathOf(tool) !== tool;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
