import type { IncidentAccess } from '../http/incident-access.ts';
import { loadWebConfig } from '../web-config/load-web-config.ts';
import { canAuthenticate } from '../web-config/web-config.ts';

/** What is wrong with the file of `--web.config.file`, or with what it is to be used for. */
export function webConfigMistakes(path: string | undefined, incidents: IncidentAccess): readonly string[] {
  const loaded = path === undefined ? undefined : loadWebConfig(path);
  if (loaded !== undefined && loaded.mistakes.length > 0)
    return loaded.mistakes.map((mistake) => `--web.config.file: ${mistake}`);
  const isKnowing = loaded?.config !== undefined && canAuthenticate(loaded.config);
  if (incidents !== 'authenticated' || isKnowing) return [];
  return [
    '--web.incidents: "authenticated" needs a --web.config.file with basic_auth_users, or with a client_auth_type that verifies',
  ];
}
