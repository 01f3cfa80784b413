import { writeSync } from 'node:fs';
import { openIncidentLog } from '../../src/incident-log/sqlite-incident-log.ts';
import { generous, numberedIncident, sampleLabels } from './numbered-incident.ts';

/** Run as a process: appends incidents for ever and writes the number of each one that the log has acknowledged. */
const log = openIncidentLog({ path: process.argv[2] ?? '', retention: generous });
for (let number = Number(process.argv[3]); ; number++) {
  log.append(numberedIncident(number), sampleLabels);
  writeSync(1, `${number}\n`);
}
