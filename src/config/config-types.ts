import type { IncidentAccess } from '../http/incident-access.ts';
import type { ListenPlace } from '../http/listen-place.ts';
import type { LogFormat, LogLevel } from '../logger.ts';
import type { Redaction } from '../model/redact.ts';
import type { ProbeOutput } from './values.ts';

interface RedactingConfig {
  readonly redaction: Redaction;
}

interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
}

/** Of `serve` and `check`. */
export interface ServeConfig extends RedactingConfig {
  readonly listen: readonly ListenPlace[];
  /** Listen on what systemd hands over instead. */
  readonly isSocketActivated: boolean;
  readonly telemetryPath: string;
  readonly incidentAccess: IncidentAccess;
  /** Absolute path of what `--web.config.file` names. */
  readonly webConfigFile: string | undefined;
  readonly unitInclude: RegExp;
  readonly unitExclude: RegExp | undefined;
  readonly dbus: boolean;
  readonly journal: boolean;
  /** Absolute paths. */
  readonly stapLogs: readonly string[];
  /** Absolute path. */
  readonly pstreeDirectory: string | undefined;
  readonly keepPstreeDumps: boolean;
  /** Absent: in memory. */
  readonly storagePath: string | undefined;
  readonly retentionMs: number;
  readonly maxStorageBytes: number;
  readonly settleMs: number;
  readonly log: LogConfig;
}

/** Recorded evidence by format; `-` is standard input. */
export interface EvidenceFiles {
  readonly stap: readonly string[];
  readonly dbusMonitor: readonly string[];
  readonly busctlMonitor: readonly string[];
  readonly busctlList: readonly string[];
  readonly systemctlShow: readonly string[];
  readonly pstree: readonly string[];
  readonly journal: readonly string[];
}

export interface AnalyzeConfig extends RedactingConfig {
  /** Only the stops of this one. */
  readonly unit?: string;
  readonly files: EvidenceFiles;
  readonly format: 'text' | 'json';
  readonly otlp: boolean;
  readonly settleMs: number;
}

export interface DemoConfig {
  readonly listen: readonly ListenPlace[];
  /** Exit when the recordings have been read. */
  readonly once: boolean;
  readonly log: LogConfig;
}

export interface ProbeConfig {
  readonly output: ProbeOutput;
  readonly tracefs: string;
  readonly procfs: string;
  readonly debugDirectory: string;
  readonly instance: string;
  readonly pid: number;
  readonly maxOutputBytes: number;
  readonly bufferBytes: number;
  readonly cleanup: boolean;
  readonly redaction: Redaction;
  readonly log: LogConfig;
}
