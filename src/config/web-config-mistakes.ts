import type { IncidentAccess } from '../http/incident-access.ts';
import type { LoadedWebConfig } from '../web-config/load-web-config.ts';
import { canAuthenticate } from '../web-config/web-config.ts';

/** What is wrong with the file of `--web.config.file`, or with what it is to be used for. */
export async function webConfigMistakes(path: string | undefined, incidents: IncidentAccess): Promise<readonly string[]> {
  const loaded = path === undefined ? undefined : await load(path);
  if (loaded !== undefined && loaded.mistakes.length > 0)
    return loaded.mistakes.map((mistake) => `--web.config.file: ${mistake}`);
  const isKnowing = loaded?.config !== undefined && canAuthenticate(loaded.config);
  if (incidents !== 'authenticated' || isKnowing) return [];
  return [
    '--web.incidents: "authenticated" needs a --web.config.file with basic_auth_users, or with a client_auth_type that verifies',
  ];
}

/** YAML is loaded only where it is configured. */
async function load(path: string): Promise<LoadedWebConfig> {
  const { loadWebConfig } = await import('../web-config/load-web-config.ts');
  return loadWebConfig(path);
}
