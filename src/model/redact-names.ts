/** Anywhere in one part of a name: `db_password`, `accessTokenV2`. */
const secretWords = [
  'password',
  'passwd',
  'passphrase',
  'passcode',
  'secret',
  'token',
  'credential',
  'apikey',
  'authorization',
  'bearer',
  'cookie',
];

/** At the end of one part of a name: `api-key`, `sshKey`, `dbpass`; not `keyboard`, `passive`, `author`. */
const secretEndings = ['key', 'keys', 'auth', 'pass', 'pwd', 'cred', 'creds', 'psk'];

/** A whole part of a name. */
const secretParts: ReadonlySet<string> = new Set(['pw', 'pin', 'sig', 'signature', 'passin', 'passout']);

/** The last part of a name whose value says where a secret is, or of what kind. */
const harmlessEndings: ReadonlySet<string> = new Set([
  'file',
  'files',
  'path',
  'dir',
  'directory',
  'id',
  'name',
  'type',
  'length',
  'size',
]);

/** The shell's own variables; what probes call a signal and the caller of a socket. */
const harmlessNames: ReadonlySet<string> = new Set(['pwd', 'oldpwd', 'sig', 'ucredpid']);

/** Parts that only look like one of the above. */
const harmlessParts: ReadonlySet<string> = new Set([
  'compass',
  'bypass',
  'tokenizer',
  'tokenizers',
  'keyboard',
  'monkey',
  'turkey',
]);

/** The same few names stand in all evidence: to look at them anew each time was an eighth of reading a log of the bus. */
const judged = new Map<string, boolean>();
const maxJudged = 1024;

/** Whether what is called so (`--db-password`, `PGPASSWORD`, `X-Api-Key`) is a secret. */
export function isSecretName(name: string): boolean {
  const known = judged.get(name);
  if (known !== undefined) return known;
  if (judged.size >= maxJudged) judged.clear();
  const isSecret = soundsSecret(name);
  judged.set(name, isSecret);
  return isSecret;
}

function soundsSecret(name: string): boolean {
  const parts = name
    .toLowerCase()
    .split(/[-_.]+/)
    .filter((part) => part !== '');
  const [first = ''] = parts;
  if (first === 'no' || harmlessEndings.has(parts.at(-1) ?? '')) return false;
  return !harmlessNames.has(parts.join('')) && parts.some(isSecretPart);
}

function isSecretPart(part: string): boolean {
  if (harmlessParts.has(part)) return false;
  return (
    secretParts.has(part) ||
    secretWords.some((word) => part.includes(word)) ||
    secretEndings.some((ending) => part.endsWith(ending))
  );
}

interface ProgramOptions {
  /** The next word is a secret: `-p SECRET`. */
  readonly separate: readonly string[];
  /** The rest of the word is a secret: `-pSECRET`. */
  readonly attached?: readonly string[];
  /** Its long hexadecimal arguments are hashes: `git checkout 3f78685…`. */
  readonly namesHashes?: boolean;
}

const noSecrets: ProgramOptions = { separate: [] };
const shortP: ProgramOptions = { separate: ['-p'] };
const attachedP: ProgramOptions = { separate: [], attached: ['-p'] };
const mysql: ProgramOptions = { separate: ['-p'], attached: ['-p'] };

/** What single letters mean to programs; elsewhere `-p` is taken for a password. */
const programs: ReadonlyMap<string, ProgramOptions> = new Map([
  ...['mysql', 'mysqldump', 'mysqladmin', 'mysqlcheck', 'mysqlimport', 'mariadb', 'mariadb-dump', 'mariadb-admin'].map(
    (name) => [name, mysql] as const,
  ),
  ['sshpass', mysql],
  ['redis-cli', { separate: ['-a'] }],
  ['curl', { separate: ['-b', '--cookie'] }],
  ['openssl', { separate: ['-k', '-K'] }],
  ['ssh-keygen', { separate: ['-N', '-P'] }],
  ['git', { separate: [], namesHashes: true }],
  ...['7z', '7za', '7zr', 'rar', 'unrar'].map((name) => [name, attachedP] as const),
  ...['snmpget', 'snmpset', 'snmpwalk', 'snmpbulkwalk', 'snmptrap'].map(
    (name) => [name, { separate: ['-A', '-X', '-c'] }] as const,
  ),
  ...['ldapsearch', 'ldapadd', 'ldapmodify', 'ldapdelete', 'ldappasswd'].map((name) => [name, { separate: ['-w'] }] as const),
  ...['zip', 'unzip', 'sqlcmd', 'bcp', 'mosquitto_pub', 'mosquitto_sub', 'ipmitool'].map(
    (name) => [name, { separate: ['-P'] }] as const,
  ),
  ...['psql', 'pg_dump', 'pg_dumpall', 'pg_restore', 'pg_basebackup', 'iptables', 'ip6tables', 'docker-compose', 'sudo'].map(
    (name) => [name, noSecrets] as const,
  ),
  ...['cp', 'docker', 'install', 'journalctl', 'lsof', 'mkdir', 'nc', 'podman', 'ps', 'pstree', 'scp', 'ssh'].map(
    (name) => [name, noSecrets] as const,
  ),
  ...['systemctl', 'systemd-analyze', 'systemd-run', 'loginctl', 'busctl', 'tar', 'top', 'perf', 'strace'].map(
    (name) => [name, noSecrets] as const,
  ),
]);

/** The letters of the program that a word names, be it by path or as pstree prints it (`|-mysql,123`). */
export function optionsOfProgram(word: string): ProgramOptions | undefined {
  if (word.length > 128) return undefined;
  const name = /(?<name>(?:7z\w?|[A-Za-z][\w.-]*))(?:[,(]\d+\)?)?$/.exec(word)?.groups?.['name'];
  return name === undefined ? undefined : programs.get(name);
}

export const usualOptions: ProgramOptions = shortP;
export type { ProgramOptions };
