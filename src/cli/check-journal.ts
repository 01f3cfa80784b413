import { describeError } from '../logger.ts';
import { runJournalctl } from '../sources/journal/run-journalctl.ts';
import type { Finding } from './check-finding.ts';
import { ownUser } from './own-user.ts';

const timeoutMs = 10_000;

/** Reads the last thing that systemd has said, as nobody but root and the journal's groups may. */
export async function checkJournal(command = 'journalctl'): Promise<Finding> {
  let entries = 0;
  const complaints: string[] = [];
  const args = ['--output=json', '--no-pager', '--lines=1', '_PID=1'];
  const onLines = (lines: readonly unknown[]): void => {
    entries += lines.length;
  };
  try {
    await runJournalctl({ command, args, onLines, onComplaint: (line) => complaints.push(line) }, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    complaints.push(describeError(error));
  }
  if (entries > 0) return { source: 'journal', sees: 'all', text: 'reads what systemd says' };
  const text = complaints.join(' ').trim() || 'finds nothing that systemd has said';
  const remedy = `usermod --append --groups systemd-journal ${ownUser()}`;
  return { source: 'journal', sees: 'nothing', text, remedy };
}
