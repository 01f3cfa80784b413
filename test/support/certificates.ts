import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of one certificate. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  readonly cert: string;
  /** A certificate signed by it, with these names: `DNS:a,IP:::1,URI:b,email:c`. */
  issue(name: string, alternativeNames: string, usage?: 'serverAuth' | 'clientAuth'): CertificateFiles;
}

function openssl(parameters: readonly string[]): void {
  execFileSync('openssl', parameters, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** @param extensions as in a section of openssl's configuration */
function selfSigned(directory: string, name: string, extensions: readonly string[]): CertificateFiles {
  const files = { cert: join(directory, `${name}.pem`), key: join(directory, `${name}.key`) };
  const output = ['-keyout', files.key, '-out', files.cert, '-days', '2', '-subj', `/CN=${name}`];
  const added = extensions.flatMap((extension) => ['-addext', extension]);
  openssl(['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...output, ...added]);
  return files;
}

/** A certificate that nobody has signed but itself. */
export function makeStranger(directory: string, name: string, alternativeNames: string): CertificateFiles {
  return selfSigned(directory, name, [`subjectAltName=${alternativeNames}`]);
}

/** A certificate authority of its own, in files of the directory. */
export function makeAuthority(directory: string, name = 'authority'): Authority {
  const own = selfSigned(directory, name, []);
  return {
    cert: own.cert,
    issue(subject, alternativeNames, usage = 'clientAuth') {
      const [request, extensions] = [join(directory, `${subject}.csr`), join(directory, `${subject}.ext`)];
      const files = { cert: join(directory, `${subject}.pem`), key: join(directory, `${subject}.key`) };
      const output = ['-keyout', files.key, '-out', request, '-subj', `/CN=${subject}`];
      openssl(['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...output]);
      writeFileSync(extensions, `subjectAltName=${alternativeNames}\nextendedKeyUsage=${usage}\n`);
      const signer = ['-CA', own.cert, '-CAkey', own.key, '-CAcreateserial', '-days', '2'];
      openssl(['x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-out', files.cert]);
      return files;
    },
  };
}
