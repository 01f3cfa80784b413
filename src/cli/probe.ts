import type { ProbeConfig } from '../config/config-types.ts';
import { createLogger } from '../logger.ts';
import { setRedaction } from '../model/redact.ts';
import { cleanUpProbe, runProbe } from '../probe/probe.ts';
import type { ProbeStatus } from '../probe/probe-status.ts';

/** Prints records until the signal aborts; with `--cleanup` only removes what is left. Rejects without root or tracefs. */
export async function probe(config: ProbeConfig, signal: AbortSignal): Promise<void> {
  const { tracefs, procfs, debugDirectory, instance, output, maxOutputBytes, pid, bufferBytes, cleanup } = config;
  if (cleanup) {
    cleanUpProbe({ tracefs, instance });
    return;
  }
  setRedaction(config.redaction);
  const log = createLogger(config.log);
  const onStatus = ({ systemd, selfCheck, sees, problems }: ProbeStatus): void => {
    const seen = Object.entries(sees).filter(([, isSeen]) => isSeen);
    log.info('Attached', {
      module: systemd?.module,
      self_check: typeof selfCheck === 'string' ? selfCheck : JSON.stringify(selfCheck),
      sees: seen.map(([sight]) => sight).join(' '),
    });
    for (const problem of problems) log.warn('The probe does not see all', { problem });
  };
  const bufferKilobytes = Math.ceil(bufferBytes / 1024);
  const where = { tracefs, procfs, debugDirectory, instance, rootPid: pid };
  await runProbe({ ...where, output, maxOutputBytes, bufferKilobytes, log, signal, onStatus });
}
