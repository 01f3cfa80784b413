import type { ServeConfig } from '../config/config-types.ts';
import type { Exporter } from '../exporter.ts';
import type { Logger } from '../logger.ts';
import type { SourceName } from '../model/evidence.ts';
import type { SafePoint } from '../safe-point.ts';
import { systemBusAddress } from '../sources/dbus/bus-address.ts';
import { createDbusSource } from '../sources/dbus/dbus-source.ts';
import { createJournalSource } from '../sources/journal/journal-source.ts';
import { createProcessReader, type ProcVisibility } from '../sources/proc/process-reader.ts';
import { createPstreeSpoolSource } from '../sources/pstree/pstree-spool-source.ts';
import type { Source } from '../sources/source.ts';
import { createStapLogSource } from '../sources/stap/stap-log-source.ts';
import { superviseSource } from '../sources/supervised-source.ts';
import type { SourceBoard } from './source-board.ts';

export interface LiveParts {
  readonly exporter: Exporter;
  readonly logger: Logger;
  readonly safePoint: SafePoint;
  readonly board: SourceBoard;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

const see = 'systemd-stop-exporter check';
const nowUsec = (): number => Date.now() * 1000;

export function configuredSources(config: ServeConfig): readonly SourceName[] {
  const configured: readonly (readonly [SourceName, boolean])[] = [
    ['dbus', config.dbus],
    ['journal', config.journal],
    ['stap', config.stapLogs.length > 0],
    ['pstree', config.pstreeDirectory !== undefined],
  ];
  return configured.filter(([, isOn]) => isOn).map(([name]) => name);
}

/** What the flags ask for, each restarted on its own when it fails. */
export function createLiveSources(config: ServeConfig, parts: LiveParts): readonly Source[] {
  return [
    ...(config.dbus ? [dbus(parts)] : []),
    ...(config.journal ? [journal(parts)] : []),
    ...config.stapLogs.map((path) => stapLog(path, parts)),
    ...(config.pstreeDirectory === undefined ? [] : [pstree(config.pstreeDirectory, config.keepPstreeDumps, parts)]),
  ];
}

function dbus({ exporter, logger, board, variables }: LiveParts): Source {
  const address = systemBusAddress(variables);
  const onUp = board.add('dbus', address);
  const processes = createProcessReader();
  tellVisibility(processes.visibility(), { exporter, logger });
  const onDegraded = (reason: string | undefined): void => {
    exporter.telemetry.sourceDegraded('dbus', reason !== undefined);
    if (reason === undefined) logger.info('The bus shows again who asks', { source: 'dbus' });
    else logger.warn('The bus shows systemd’s signals but not who asks: senders stay unknown', { source: 'dbus', reason, see });
  };
  const source = createDbusSource({ address, inspect: processes.inspect, nowUsec, onUp, onDegraded });
  return superviseSource(source, { log: logger, onUp });
}

/** hidepid= and `ProtectProc=` hide other users' processes. */
function tellVisibility(visibility: ProcVisibility, { exporter, logger }: Pick<LiveParts, 'exporter' | 'logger'>): void {
  exporter.telemetry.sourceDegraded('proc', visibility !== 'full');
  if (visibility !== 'full')
    logger.warn('The processes of others cannot be seen: senders are a pid and no more', { source: 'proc', visibility, see });
}

function journal({ exporter, logger, safePoint, board }: LiveParts): Source {
  const onUp = board.add('journal', 'journalctl');
  const saveCursor = (cursor: string): void => safePoint.whenSafe('journal', () => exporter.log.setPosition('journal', cursor));
  const source = createJournalSource({ cursor: exporter.log.position('journal'), saveCursor, nowUsec, log: logger });
  return superviseSource(source, { log: logger, onUp });
}

function stapLog(path: string, { exporter, logger, safePoint, board }: LiveParts): Source {
  const key = `stap:${path}`;
  const onUp = board.add('stap', path);
  const savePosition = (position: string): void => safePoint.whenSafe(key, () => exporter.log.setPosition(key, position));
  const source = createStapLogSource({ path, position: exporter.log.position(key), savePosition, nowUsec, log: logger, onUp });
  return superviseSource(source, { log: logger, onUp });
}

function pstree(directory: string, keep: boolean, { logger, safePoint, board }: LiveParts): Source {
  const onUp = board.add('pstree', directory);
  let dumps = 0;
  const whenSafe = (commit: () => Promise<void>): void => {
    dumps++;
    safePoint.whenSafe(`pstree:${dumps}`, () => void commit());
  };
  return superviseSource(createPstreeSpoolSource({ directory, keep, whenSafe, log: logger, onUp }), { log: logger, onUp });
}
