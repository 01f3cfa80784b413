import { type Exporter, openExporter } from '../../../src/exporter.ts';
import { createLogger } from '../../../src/logger.ts';

export const logger = createLogger({ level: 'error', format: 'logfmt' });

/** An exporter in this process that forgets nothing; in memory unless told where to keep its incidents. */
export function openBenchExporter(storagePath?: string): Exporter {
  return openExporter({
    version: '0.0.0',
    host: { machineId: 'm'.repeat(32), bootId: 'b'.repeat(32), hostname: 'bench' },
    sources: ['dbus', 'journal', 'stap'],
    storagePath,
    retentionMs: 1e12,
    maxStorageBytes: 2 ** 40,
    logger,
    writeStop: () => undefined,
    environment: {},
  });
}
