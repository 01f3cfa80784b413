import { createLineWriter } from './line-writer.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['logfmt', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

/** What varies in a record. An `Error` is written as its message and those of its causes. */
type LogData = Readonly<Record<string, string | number | boolean | Error | undefined>>;

type Write = (message: string, data?: LogData) => void;

/** A fixed sentence plus data, one line per record. */
export type Logger = Readonly<Record<LogLevel, Write>>;

export interface LoggerOptions {
  /** Records below it are not written. */
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Gets one whole line with its newline; standard error where absent. */
  readonly write?: (line: string) => void;
  readonly now?: () => Date;
}

export function createLogger(options: LoggerOptions): Logger {
  const { level: lowest, format, write = writeToStandardError, now = () => new Date() } = options;
  const writerOf = (level: LogLevel): Write => {
    if (logLevels.indexOf(level) < logLevels.indexOf(lowest)) return () => undefined;
    return (message, data = {}) => write(`${lineFormats[format]({ time: now().toISOString(), level, msg: message }, data)}\n`);
  };
  return { debug: writerOf('debug'), info: writerOf('info'), warn: writerOf('warn'), error: writerOf('error') };
}

/** The message of an error and of its causes: `Cannot read "x": EACCES: permission denied, open 'x'`. */
export function describeError(error: unknown): string {
  const messages: string[] = [];
  for (let cause = error; cause !== undefined && messages.length < 5; cause = cause instanceof Error ? cause.cause : undefined) {
    messages.push(cause instanceof Error ? cause.message || cause.name : String(cause));
  }
  return messages.join(': ');
}

/** Control characters, line separators and marks that turn the direction of text: none of them may reach a terminal. */
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gv;

/** Writes what does not print as `\u001b`, so that foreign text can neither begin a line nor move a cursor. */
export function escapeUnprintable(text: string): string {
  return text.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface LogHeader {
  readonly time: string;
  readonly level: LogLevel;
  readonly msg: string;
}

const lineFormats: Readonly<Record<LogFormat, (header: LogHeader, data: LogData) => string>> = {
  logfmt: (header, data) =>
    [...Object.entries(header), ...entriesOf(data)].map(([key, value]) => `${logfmtKey(key)}=${logfmtValue(value)}`).join(' '),
  json: (header, data) => escapeUnprintable(JSON.stringify({ ...header, ...Object.fromEntries(entriesOf(data)) })),
};

/** Without the fields that are absent; one that has the name of a fixed field gives way to it. */
function entriesOf(data: LogData): readonly (readonly [string, string | number | boolean])[] {
  return Object.entries(data).flatMap(([key, value]) => {
    if (value === undefined) return [];
    const name = ['time', 'level', 'msg'].includes(key) ? `data.${key}` : key;
    return [[name, value instanceof Error ? describeError(value) : value] as const];
  });
}

function logfmtKey(key: string): string {
  return key.replace(/[^A-Za-z0-9_.-]/g, '_') || '_';
}

function logfmtValue(value: string | number | boolean): string {
  const text = String(value);
  return /^[^\s"=\\]+$/.test(text) && escapeUnprintable(text) === text ? text : escapeUnprintable(JSON.stringify(text));
}

const writeToStandardError = createLineWriter(process.stderr);
