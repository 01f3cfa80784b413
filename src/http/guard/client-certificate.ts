import type { X509Certificate } from 'node:crypto';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientAuth } from '../../web-config/go-words.ts';
import type { TlsSettings } from '../../web-config/web-config.ts';
import { nodeTls } from '../node-http.ts';

/** What each policy asks of TLS itself. `require-and-verify` ends in the handshake what does not prove itself. */
export function certificateOptions(clientAuth: ClientAuth): {
  readonly requestCert: boolean;
  readonly rejectUnauthorized: boolean;
} {
  return { requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'require-and-verify' };
}

/** What the policy asks of a finished handshake; what cannot be read is not admitted. */
export function isAdmitted(socket: TLSSocket, settings: TlsSettings): boolean {
  try {
    return meetsPolicy(socket, settings);
  } catch {
    return false;
  }
}

function meetsPolicy(socket: TLSSocket, { clientAuth, allowedSans }: TlsSettings): boolean {
  const certificate = clientAuth === 'none' ? undefined : socket.getPeerX509Certificate();
  if (certificate === undefined) return clientAuth === 'none' || clientAuth === 'request' || clientAuth === 'verify-if-given';
  if (clientAuth === 'verify-if-given' && !socket.authorized) return false;
  return allowedSans === undefined || hasAllowedSan(certificate, allowedSans);
}

/** Whether the connection's certificate was checked against an authority, and not only shown. */
export function hasProvenCertificate(socket: Socket): boolean {
  const { TLSSocket } = nodeTls();
  return socket instanceof TLSSocket && socket.authorized && socket.getPeerX509Certificate() !== undefined;
}

/** Exactly one of the names, addresses, mail addresses or URIs, without wildcards; the subject's common name is none. */
export function hasAllowedSan(certificate: X509Certificate, allowed: readonly string[]): boolean {
  const names = alternativeNames(certificate.subjectAltName ?? '');
  return allowed.some((san) => names.includes(san) || (isIP(san) !== 0 && certificate.checkIP(san) !== undefined));
}

const nameKinds: readonly string[] = ['DNS', 'email', 'URI'];

/** Reads `DNS:a, URI:b, DNS:"c, with a comma"`, as Node writes them. */
export function alternativeNames(text: string): readonly string[] {
  const pattern = /(?<kind>[A-Za-z ]+):(?:(?<quoted>"(?:[^"\\]|\\.)*")|(?<plain>[^,"]*))(?:, |$)/gy;
  return [...text.matchAll(pattern)].flatMap(({ groups }) => {
    const { kind = '', quoted, plain = '' }: Partial<Record<string, string>> = groups ?? {};
    if (!nameKinds.includes(kind)) return [];
    return [quoted === undefined ? plain : String(JSON.parse(quoted))];
  });
}
