import type { TlsOptions } from 'node:tls';
import type { ClientAuth } from './go-words.ts';

/** What a file of `--web.config.file` says, ready to be used. */
export interface WebConfig {
  /** Absent: plain HTTP. */
  readonly tls: TlsSettings | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Hashes of bcrypt by user; empty: nobody has to log in. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit: RateLimit | undefined;
}

export interface TlsSettings {
  readonly options: TlsOptions;
  readonly clientAuth: ClientAuth;
  /** Absent: any that is valid. */
  readonly allowedSans: readonly string[] | undefined;
}

/** A bucket of `burst` requests that gets one more each interval. */
export interface RateLimit {
  readonly intervalMs: number;
  readonly burst: number;
}

/** Whether some may show who they are: then pages can be for them alone. */
export function canAuthenticate({ users, tls }: WebConfig): boolean {
  return users.size > 0 || tls?.clientAuth === 'require-and-verify' || tls?.clientAuth === 'verify-if-given';
}
