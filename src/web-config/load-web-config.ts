import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileErrorReason } from '../sources/files/file-error.ts';
import { parseWebConfig, type RateSection } from './parse-web-config.ts';
import { readTlsSettings } from './tls-settings.ts';
import type { RateLimit, WebConfig } from './web-config.ts';
import type { Complaint } from './yaml-value.ts';

export interface LoadedWebConfig {
  /** Absent where there are mistakes. */
  readonly config: WebConfig | undefined;
  /** With file and line, in the order of the lines. */
  readonly mistakes: readonly string[];
  /** What it was read from: a change of one of them is a change of the configuration. */
  readonly files: readonly string[];
}

/** Reads a web configuration with the certificates and keys that it names. */
export function loadWebConfig(path: string): LoadedWebConfig {
  const files = [path];
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return { config: undefined, mistakes: [`cannot read ${JSON.stringify(path)}: ${fileErrorReason(error)}`], files };
  }
  const { sections, complaints: parsed } = parseWebConfig(text);
  const complaints: Complaint[] = [...parsed];
  const { tls_server_config: section, http_server_config: http, basic_auth_users: users } = sections;
  const reading = { directory: dirname(path), complaints, files };
  const tls = section === undefined ? undefined : readTlsSettings(section.value, section.line, reading);
  const rateLimit = sections.rate_limit === undefined ? undefined : readRateLimit(sections.rate_limit, complaints);
  const headers = Object.entries(http?.value.headers?.value ?? {}).map(([name, header]) => [name, header?.value ?? ''] as const);
  const mistakes = complaints
    .toSorted((one, other) => one.line - other.line)
    .map((complaint) => `${path}:${complaint.line}: ${complaint.text}`);
  const config = { tls, headers: Object.fromEntries(headers), users: users?.value ?? new Map(), rateLimit };
  return { config: mistakes.length === 0 ? config : undefined, mistakes, files };
}

function readRateLimit(
  { value: { interval, burst }, line }: { readonly value: RateSection; readonly line: number },
  complaints: Complaint[],
): RateLimit | undefined {
  if (interval === undefined || interval.value === 0) return undefined;
  if (burst !== undefined && burst.value > 0) return { intervalMs: interval.value, burst: burst.value };
  complaints.push({ line: burst?.line ?? line, text: 'rate_limit: a burst of none lets no request through' });
  return undefined;
}
