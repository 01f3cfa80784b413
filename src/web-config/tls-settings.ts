import { createSecureContext, type SecureVersion, type TlsOptions } from 'node:tls';
import { tls13Suites } from './go-words.ts';
import type { TlsSection } from './parse-web-config.ts';
import { type MaterialReading, readTlsMaterial, type TlsMaterial } from './tls-material.ts';
import type { TlsSettings } from './web-config.ts';

/** Undefined where the section asks for no TLS, or where something is wrong with it. */
export function readTlsSettings(section: TlsSection, line: number, reading: MaterialReading): TlsSettings | undefined {
  if (!isEnabled(section)) return undefined;
  const material = readTlsMaterial(section, line, reading);
  const isSensible = checkTogether(section, reading);
  if (material === undefined || !isSensible) return undefined;
  const options = tlsOptions(section, material);
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    reading.complaints.push({ line, text: `tls_server_config: cannot be used: ${reason}` });
    return undefined;
  }
  const clientAuth = section.client_auth_type?.value ?? 'none';
  return { options, clientAuth, allowedSans: section.client_allowed_sans?.value };
}

/** As exporter-toolkit decides whether a section means TLS. */
function isEnabled(section: TlsSection): boolean {
  const { cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type } = section;
  return [cert, cert_file, key, key_file, client_ca, client_ca_file, client_auth_type].some((field) => field !== undefined);
}

/** What is right by itself and wrong together; in each case somebody would be let in who was not meant to be. */
function checkTogether(section: TlsSection, { complaints }: MaterialReading): boolean {
  const clientAuth = section.client_auth_type?.value ?? 'none';
  const authority = section.client_ca ?? section.client_ca_file;
  const sans = section.client_allowed_sans;
  const said = complaints.length;
  if (authority !== undefined && clientAuth === 'none')
    complaints.push({ line: authority.line, text: 'a client CA without a client_auth_type that asks for certificates' });
  if (sans !== undefined && clientAuth !== 'require-any' && clientAuth !== 'require-and-verify') {
    const text = 'client_allowed_sans needs the client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert';
    complaints.push({ line: sans.line, text });
  }
  const { min_version: least = { value: defaultLeast, line: 0 }, max_version: most } = section;
  if (most !== undefined && order.indexOf(least.value) > order.indexOf(most.value))
    complaints.push({ line: most.line, text: 'max_version is below min_version' });
  return complaints.length === said;
}

const order: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const defaultLeast: SecureVersion = 'TLSv1.2';

function tlsOptions(section: TlsSection, { cert, key, ca }: TlsMaterial): TlsOptions {
  const minVersion = section.min_version?.value ?? defaultLeast;
  const ciphers = ciphersOf(section.cipher_suites?.value ?? [], minVersion);
  const curveNames = section.curve_preferences?.value ?? [];
  return {
    cert,
    key,
    ...(ca !== undefined && { ca: [...ca] }),
    minVersion,
    maxVersion: section.max_version?.value ?? 'TLSv1.3',
    ...(ciphers !== undefined && { ciphers }),
    honorCipherOrder: section.prefer_server_cipher_suites?.value ?? true,
    ...(curveNames.length > 0 && { ecdhCurve: curveNames.join(':') }),
  };
}

/** Undefined: those of Node. */
function ciphersOf(suites: readonly string[], minVersion: SecureVersion): string | undefined {
  const older = suites.filter((suite) => !tls13Suites.some((known) => known === suite));
  // OpenSSL 3 does TLS 1.0 and 1.1 at its lowest level alone.
  const level = minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? ['@SECLEVEL=0'] : [];
  if (suites.length === 0 && level.length === 0) return undefined;
  return [...tls13Suites, ...(older.length > 0 || suites.length > 0 ? older : ['DEFAULT']), ...level].join(':');
}
