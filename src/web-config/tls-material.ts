import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileErrorReason } from '../sources/files/file-error.ts';
import type { TlsSection } from './parse-web-config.ts';
import type { Placed } from './read-section.ts';
import type { Complaint } from './yaml-value.ts';

/** Where the files of a configuration are looked for, and what is said about them. */
export interface MaterialReading {
  /** Paths are relative to it. */
  readonly directory: string;
  readonly complaints: Complaint[];
  /** Absolute paths of what was read, and of what could not be. */
  readonly files: string[];
}

export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  readonly ca: readonly string[] | undefined;
}

/** Reads certificates and key, from files or from the configuration itself, and says what does not fit. */
export function readTlsMaterial(section: TlsSection, line: number, reading: MaterialReading): TlsMaterial | undefined {
  const say = (text: string): undefined => void reading.complaints.push({ line, text: `tls_server_config: ${text}` });
  const cert = oneOf({ file: section.cert_file, inline: section.cert }, reading);
  const key = oneOf({ file: section.key_file, inline: section.key }, reading);
  const ca = oneOf({ file: section.client_ca_file, inline: section.client_ca }, reading);
  if (cert === 'absent') say('it has neither cert nor cert_file');
  if (key === 'absent') say('it has neither key nor key_file');
  const authorities = typeof ca === 'object' ? certificatesOf(ca, reading) : undefined;
  if (typeof cert !== 'object' || typeof key !== 'object') return undefined;
  const [certificate] = certificatesOf(cert, reading) ?? [];
  const isPair = certificate !== undefined && isKeyOf(key, certificate, reading);
  if (!isPair || ca === 'unreadable' || (typeof ca === 'object' && authorities === undefined)) return undefined;
  return { cert: cert.value, key: key.value, ca: authorities?.map(String) };
}

type Found = Placed<string> | 'absent' | 'unreadable';

/** A file goes before what stands in the configuration, as with exporter-toolkit. */
function oneOf(
  { file, inline }: { readonly file: Placed<string> | undefined; readonly inline: Placed<string> | undefined },
  { directory, files, complaints }: MaterialReading,
): Found {
  if (file === undefined) return inline ?? 'absent';
  const path = resolve(directory, file.value);
  files.push(path);
  try {
    return { value: readFileSync(path, 'utf8'), line: file.line };
  } catch (error) {
    complaints.push({ line: file.line, text: `cannot read ${JSON.stringify(path)}: ${fileErrorReason(error)}` });
    return 'unreadable';
  }
}

const pemCertificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Undefined where there is none, or one that cannot be read. */
function certificatesOf(
  { value, line }: Placed<string>,
  { complaints }: MaterialReading,
): readonly X509Certificate[] | undefined {
  try {
    const certificates = (value.match(pemCertificate) ?? []).map((pem) => new X509Certificate(pem));
    if (certificates.length > 0) return certificates;
    complaints.push({ line, text: 'has no certificate in PEM' });
  } catch {
    complaints.push({ line, text: 'has a certificate that cannot be read' });
  }
  return undefined;
}

/** Nothing of a key is ever repeated. */
function isKeyOf(key: Placed<string>, certificate: X509Certificate, { complaints }: MaterialReading): boolean {
  const say = (text: string): false => {
    complaints.push({ line: key.line, text });
    return false;
  };
  try {
    return certificate.checkPrivateKey(createPrivateKey(key.value)) || say('is not the key of the certificate');
  } catch {
    return say('has no private key in PEM that can be read');
  }
}
