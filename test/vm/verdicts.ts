import { analyze } from '../../src/cli/analyze.ts';
import { recordedFilesIn } from '../../src/cli/recording-directory.ts';
import type { IncidentDocument } from '../../src/model/incident-document.ts';

/** What `analyze` says of the probe's records alone. */
export async function verdictsOf(capture: string): Promise<readonly IncidentDocument[]> {
  let out = '';
  const { stap } = recordedFilesIn(capture);
  await analyze(
    {
      files: { stap, dbusMonitor: [], busctlMonitor: [], busctlList: [], systemctlShow: [], pstree: [], journal: [] },
      format: 'json',
      settleMs: 300,
      onIncident: () => undefined,
    },
    { out: (text) => (out += text), err: () => undefined },
  );
  return JSON.parse(out);
}
