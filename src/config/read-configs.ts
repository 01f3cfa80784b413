import { resolve } from 'node:path';
import { analyzeFlags } from './analyze-flags.ts';
import type { AnalyzeConfig, DemoConfig, EvidenceFiles, ProbeConfig, ServeConfig } from './config-types.ts';
import { demoFlags } from './demo-flags.ts';
import type { ReadValue } from './flag.ts';
import { isUnderstood } from './given-flags.ts';
import { probeFlags } from './probe-flags.ts';
import { type FlagInput, readFlags } from './read-flags.ts';
import { serveFlags } from './serve-flags.ts';

/** Of `check`: what is configured, were it nothing. */
export function readServeConfig(input: FlagInput): ReadValue<ServeConfig> {
  const read = readFlags(serveFlags, input);
  if ('mistakes' in read) return read;
  const flags = read.value;
  return {
    value: {
      listen: flags['web.listen-address'],
      isSocketActivated: flags['web.systemd-socket'],
      telemetryPath: flags['web.telemetry-path'],
      incidentAccess: flags['web.incidents'],
      webConfigFile: resolved(flags['web.config.file']),
      unitInclude: flags['unit.include'],
      unitExclude: flags['unit.exclude'],
      dbus: flags['source.dbus'],
      journal: flags['source.journal'],
      stapLogs: flags['source.stap.log'].map((path) => resolve(path)),
      pstreeDirectory: resolved(flags['source.pstree.directory']),
      keepPstreeDumps: flags['source.pstree.keep'],
      storagePath: resolved(flags['storage.path']),
      retentionMs: flags['storage.retention'],
      maxStorageBytes: flags['storage.max-size'],
      settleMs: flags['correlate.settle'],
      redaction: { mode: flags.redact, patterns: flags['redact.pattern'] },
      log: { level: flags['log.level'], format: flags['log.format'] },
    },
  };
}

/** Of `serve`, which is of no use without a source. */
export function readServingConfig(input: FlagInput): ReadValue<ServeConfig> {
  const read = readServeConfig(input);
  if ('mistakes' in read || !isUnderstood(input.given)) return read;
  const { dbus, journal, stapLogs, pstreeDirectory } = read.value;
  if (dbus || journal || stapLogs.length > 0 || pstreeDirectory !== undefined) return read;
  return { mistakes: ['No source of evidence: all of --source.* are off'] };
}

export function readAnalyzeConfig(input: FlagInput): ReadValue<AnalyzeConfig> {
  const read = readFlags(analyzeFlags, input);
  if ('mistakes' in read) return read;
  const flags = read.value;
  const files: EvidenceFiles = {
    stap: flags.stap,
    dbusMonitor: flags['dbus-monitor'],
    busctlMonitor: flags['busctl-monitor'],
    busctlList: flags['busctl-list'],
    systemctlShow: flags['systemctl-show'],
    pstree: flags.pstree,
    journal: flags.journal,
  };
  const given = Object.values(files).flat();
  const mistakes = [
    ...(given.length === 0 && isUnderstood(input.given) ? ['No evidence: give a file, such as --stap FILE'] : []),
    ...(given.filter((file) => file === '-').length > 1
      ? ['Standard input can be read only once: "-" is given for several files']
      : []),
  ];
  if (mistakes.length > 0) return { mistakes };
  return {
    value: {
      ...(flags.unit === undefined ? {} : { unit: flags.unit }),
      files,
      format: flags.format,
      otlp: flags.otlp,
      settleMs: flags['correlate.settle'],
      redaction: { mode: flags.redact, patterns: flags['redact.pattern'] },
    },
  };
}

export function readDemoConfig(input: FlagInput): ReadValue<DemoConfig> {
  const read = readFlags(demoFlags, input);
  if ('mistakes' in read) return read;
  const flags = read.value;
  return {
    value: {
      listen: flags['web.listen-address'],
      once: flags.once,
      log: { level: flags['log.level'], format: flags['log.format'] },
    },
  };
}

export function readProbeConfig(input: FlagInput): ReadValue<ProbeConfig> {
  const read = readFlags(probeFlags, input);
  if ('mistakes' in read) return read;
  const flags = read.value;
  return {
    value: {
      output: flags.output,
      tracefs: flags.tracefs,
      procfs: flags.procfs,
      debugDirectory: flags['debug-directory'],
      instance: flags.instance,
      maxOutputBytes: flags['output-max-size'],
      pid: flags.pid,
      bufferBytes: flags['buffer-size'],
      cleanup: flags.cleanup,
      redaction: { mode: flags.redact, patterns: flags['redact.pattern'] },
      log: { level: flags['log.level'], format: flags['log.format'] },
    },
  };
}

function resolved(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}
