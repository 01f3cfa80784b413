import { cipherSuites, clientAuthTypes, curves, parseGoDuration, tlsVersions } from './go-words.ts';
import { list, readSection, type SectionOf, text, truth, word } from './read-section.ts';
import { type Complaint, parseYaml, type YamlValue } from './yaml-value.ts';

const tlsTable = {
  cert: text,
  key: text,
  client_ca: text,
  cert_file: text,
  key_file: text,
  client_ca_file: text,
  client_auth_type: word(clientAuthTypes),
  client_allowed_sans: list(text),
  min_version: word(tlsVersions),
  max_version: word(tlsVersions),
  cipher_suites: list(word(cipherSuites)),
  prefer_server_cipher_suites: truth,
  curve_preferences: list(word(curves)),
};

/** The headers that exporter-toolkit lets an operator set, and their values where only some make sense. */
const headerValues: Readonly<Record<string, readonly string[]>> = {
  'Content-Security-Policy': [],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-Content-Type-Options': ['nosniff'],
  'X-XSS-Protection': [],
  'Strict-Transport-Security': [],
};

const headersTable = Object.fromEntries(Object.entries(headerValues).map(([name, values]) => [name, header(values)]));

const httpTable = { http2: truth, headers: (value: YamlValue) => readSection(value, headersTable) };

const rateTable = { interval: duration, burst: count };

const fileTable = {
  tls_server_config: (value: YamlValue) => readSection(value, tlsTable),
  http_server_config: (value: YamlValue) => readSection(value, httpTable),
  basic_auth_users: users,
  rate_limit: (value: YamlValue) => readSection(value, rateTable),
};

export type TlsSection = SectionOf<typeof tlsTable>;
export type RateSection = SectionOf<typeof rateTable>;

/** Reads the format of exporter-toolkit's `web-config.yml`, without the files that it names. */
export function parseWebConfig(file: string): {
  readonly sections: SectionOf<typeof fileTable>;
  readonly complaints: readonly Complaint[];
} {
  const { root, complaints } = parseYaml(file);
  return { sections: readSection(root, fileTable), complaints };
}

function header(values: readonly string[]) {
  return (value: YamlValue): string | undefined => {
    const found = text(value);
    if (found === undefined) return undefined;
    if (!/^[\x20-\x7e]*$/.test(found)) return value.say('has a character that no header can have');
    if (values.length === 0 || values.includes(found)) return found;
    return value.say(`${JSON.stringify(found)} is none of ${values.map((known) => JSON.stringify(known)).join(', ')}`);
  };
}

/** As htpasswd writes it. */
const bcryptHash = /^\$2[aby]?\$(?<cost>0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

/** A hash is never repeated in a complaint. */
function users(value: YamlValue): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, entry] of value.entries()) {
    const hash = entry.isEmpty() ? '' : entry.text();
    if (hash === undefined) continue;
    if (bcryptHash.test(hash)) found.set(name, hash);
    else entry.say('is no hash of bcrypt such as htpasswd -nBC 10 "" makes');
  }
  return found;
}

function duration(value: YamlValue): number | undefined {
  const found = value.text();
  if (found === undefined) return undefined;
  return parseGoDuration(found) ?? value.say(`${JSON.stringify(found)} is no duration such as "1s" or "1h30m"`);
}

function count(value: YamlValue): number | undefined {
  const found = value.text();
  if (found === undefined) return undefined;
  return /^\d{1,9}$/.test(found) ? Number(found) : value.say(`${JSON.stringify(found)} is no number of requests`);
}
