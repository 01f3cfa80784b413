import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands, isCommandName } from '../src/config/commands.ts';
import type { AnalyzeConfig, ServeConfig } from '../src/config/config-types.ts';
import { parseCommandLine, readCommandLine } from '../src/config.ts';

function mistakes(argv: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const line = parseCommandLine(argv, env);
  return 'mistakes' in line ? line.mistakes : [];
}

async function readMistakes(...argv: readonly string[]): Promise<readonly string[]> {
  const line = await readCommandLine(argv, {});
  return 'mistakes' in line ? line.mistakes : [];
}

function serve(argv: readonly string[], env: Readonly<Record<string, string>> = {}): ServeConfig {
  const line = parseCommandLine(['--source.stap.log=/x.log', ...argv], env);
  if (!('command' in line) || line.command !== 'serve') throw new Error(JSON.stringify(line));
  return line.config;
}

function analyze(...argv: readonly string[]): AnalyzeConfig {
  const line = parseCommandLine(['analyze', ...argv], {});
  if (!('command' in line) || line.command !== 'analyze') throw new Error(JSON.stringify(line));
  return line.config;
}

function help(...argv: readonly string[]): string {
  const line = parseCommandLine(argv, {});
  return 'help' in line ? line.help : '';
}

describe('parseCommandLine', () => {
  test('serves by default, with the defaults of the help', () => {
    expect(parseCommandLine(['--source.stap.log', 'stap.log'], {})).toEqual({
      command: 'serve',
      config: {
        listen: [{ port: 19_558 }],
        isSocketActivated: false,
        telemetryPath: '/metrics',
        incidentAccess: 'loopback',
        webConfigFile: undefined,
        unitInclude: /^(?:.+\.service)$/,
        unitExclude: undefined,
        dbus: true,
        journal: true,
        stapLogs: [resolve('stap.log')],
        pstreeDirectory: undefined,
        keepPstreeDumps: false,
        storagePath: undefined,
        retentionMs: 30 * 86_400_000,
        maxStorageBytes: 512 * 1024 * 1024,
        settleMs: 700,
        redaction: { mode: 'default', patterns: [] },
        log: { level: 'info', format: 'logfmt' },
      } satisfies ServeConfig,
    });
  });

  test('reads every flag of serve', () => {
    const config = serve([
      '--web.listen-address=127.0.0.1:1',
      '--web.listen-address',
      '[::1]:65535',
      '--web.listen-address=unix:/run/stops.sock',
      '--web.systemd-socket',
      '--web.incidents=public',
      '--web.telemetry-path=/m',
      '--unit.include=a|b',
      '--unit.exclude=c',
      '--source.stap.log=/y.log',
      '--source.pstree.directory=/spool',
      '--source.pstree.keep',
      '--storage.path=/var/lib/x',
      '--storage.retention=1d12h',
      '--storage.max-size=1GB',
      '--redact=strict',
      '--redact.pattern=acme-\\d+',
      '--redact.pattern=b',
      '--correlate.settle=1s',
      '--log.level=debug',
      '--log.format=json',
    ]);
    expect(config).toEqual({
      listen: [{ host: '127.0.0.1', port: 1 }, { host: '::1', port: 65_535 }, { path: '/run/stops.sock' }],
      isSocketActivated: true,
      telemetryPath: '/m',
      incidentAccess: 'public',
      webConfigFile: undefined,
      unitInclude: /^(?:a|b)$/,
      unitExclude: /^(?:c)$/,
      dbus: true,
      journal: true,
      stapLogs: ['/x.log', '/y.log'],
      pstreeDirectory: '/spool',
      keepPstreeDumps: true,
      storagePath: '/var/lib/x',
      retentionMs: 36 * 3_600_000,
      maxStorageBytes: 1024 ** 3,
      settleMs: 1000,
      redaction: { mode: 'strict', patterns: [/acme-\d+/g, /b/g] },
      log: { level: 'debug', format: 'json' },
    } satisfies ServeConfig);
  });

  test('takes every command; check as serve, but also without a source', () => {
    expect(parseCommandLine(['serve', '--source.stap.log=/x'], {})).toMatchObject({ command: 'serve' });
    expect(parseCommandLine(['check'], {})).toMatchObject({ command: 'check', config: { stapLogs: [] } });
    expect(parseCommandLine(['demo'], {})).toEqual({
      command: 'demo',
      config: { listen: [{ host: '127.0.0.1', port: 19_558 }], once: false, log: { level: 'info', format: 'logfmt' } },
    });
    expect(parseCommandLine(['demo', '--once', '--web.listen-address=:0'], {})).toMatchObject({
      config: { listen: [{ port: 0 }], once: true },
    });
  });

  test('collects the files of analyze by their format, standard input once', () => {
    expect(
      analyze(
        '--unit',
        'nginx',
        '--stap=a',
        '--stap',
        '-',
        '--pstree=a',
        '--journal=j',
        '--busctl-list=l',
        '--systemctl-show=s',
        '--format=json',
        '--otlp',
      ),
    ).toEqual({
      unit: 'nginx.service',
      files: {
        stap: ['a', '-'],
        dbusMonitor: [],
        busctlMonitor: [],
        busctlList: ['l'],
        systemctlShow: ['s'],
        pstree: ['a'],
        journal: ['j'],
      },
      format: 'json',
      otlp: true,
      settleMs: 700,
      redaction: { mode: 'default', patterns: [] },
    } satisfies AnalyzeConfig);
    expect(mistakes(['analyze', '--stap=-', '--journal', '-'])).toEqual([
      'Standard input can be read only once: "-" is given for several files',
    ]);
  });

  test('lists every mistake at once, with the value that is wrong', () => {
    expect(
      mistakes([
        '--web.listen-address=19558',
        '--web.listen-address=:1',
        '--web.listen-address=:1',
        '--web.telemetry-path=/incidents',
        '--unit.include=a(',
        '--unit.exclude=a)|(b',
        '--source.stap.log=-',
        '--storage.retention=30',
        '--storage.max-size=0MB',
        '--redact.pattern=a*',
        '--correlate.settle=2m',
        '--log.level=loud',
        '--log.level=info',
        '--log.format=xml',
        '--storage-path=/x',
        '--storage.path',
      ]),
    ).toEqual([
      'Unknown flag "--storage-path": did you mean "--storage.path"?',
      '--storage.path: it needs a value',
      '--web.listen-address: "19558" is no listen address such as ":19558", "127.0.0.1:19558", "[::1]:19558" or "unix:/run/stops.sock"',
      '--web.listen-address: ":1" is given twice',
      '--web.telemetry-path: "/incidents" is the path of another page',
      '--unit.include: "a(" is no regular expression: Unterminated group',
      '--unit.exclude: "a)|(b" is no regular expression: Unmatched \')\'',
      '--source.stap.log: "-" is no log that can be followed',
      '--storage.retention: "30" is no duration such as "300ms", "1h30m" or "30d"',
      '--storage.max-size: "0MB" is no size such as "64MB" or "1GB"',
      '--redact.pattern: "a*" matches what is not there',
      '--correlate.settle: "2m" is longer than "1m"',
      '--log.level: it can be given only once',
      '--log.format: "xml" is none of "logfmt", "json"',
    ]);
  });

  test('does not take a flag for the value of the one before it', () => {
    expect(mistakes(['analyze', '--stap', '--format', 'json'])).toEqual(['--stap: it needs a value']);
    expect(mistakes(['analyze', '--nosuch', 'x.log', '--stap=a'])).toEqual(['Unknown flag "--nosuch"']);
    expect(analyze('--stap=--format').files.stap).toEqual(['--format']);
  });

  test('refuses arguments without a flag, unknown commands and flags of other commands', () => {
    expect(mistakes(['analyze', 'x.log'])).toEqual([
      'Unexpected argument "x.log": say what kind of evidence it is, as in --stap FILE',
    ]);
    expect(mistakes(['analyse'])).toEqual(['Unknown command "analyse": did you mean "analyze"?']);
    expect(mistakes(['--stap=x'])).toEqual(['Flag "--stap" is not one of "serve" but of "analyze"']);
    expect(mistakes(['demo', '--storage.path=/x'])).toEqual([
      'Flag "--storage.path" is not one of "demo" but of "serve", "check"',
    ]);
    expect(mistakes(['demo', '--once=maybe'])).toEqual(['--once: "maybe" is neither "true" nor "false"']);
  });

  test('refuses a web configuration with mistakes, each with its line', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'web-config-')), 'web.yml');
    await writeFile(path, 'basic_auth_users:\n  alice: secret\nrate_limits:\n');
    expect(await readMistakes(`--web.config.file=${path}`)).toEqual([
      `--web.config.file: ${path}:2: basic_auth_users.alice: is no hash of bcrypt such as htpasswd -nBC 10 "" makes`,
      `--web.config.file: ${path}:3: rate_limits: Unknown key "rate_limits": did you mean "rate_limit"?`,
    ]);
    await rm(dirname(path), { recursive: true });
    expect(await readMistakes(`--web.config.file=${path}`)).toEqual([
      `--web.config.file: cannot read ${JSON.stringify(path)}: no such file`,
    ]);
  });

  test('refuses to show incidents to who has logged in where nobody can', async () => {
    expect(await readMistakes('--web.incidents=authenticated')).toEqual([
      '--web.incidents: "authenticated" needs a --web.config.file with basic_auth_users, or with a client_auth_type that verifies',
    ]);
  });

  test('refuses to serve without a source and to analyze nothing', () => {
    expect(mistakes(['--source.dbus=off', '--source.journal=off'])).toEqual(['No source of evidence: all of --source.* are off']);
    expect(mistakes(['analyze'])).toEqual(['No evidence: give a file, such as --stap FILE']);
  });

  test('prints help for the program and for each command, and the version', () => {
    expect(help('--help')).toContain('Commands:\n  serve    ');
    expect(help('-h')).toBe(help('--help'));
    for (const [name, { flags }] of Object.entries(commands)) {
      const text = help(name, '--help', '--nosuch');
      expect(text).toContain(`Usage: systemd-stop-exporter ${name} [flags]`);
      for (const flag of Object.keys(flags)) expect(text).toContain(`  --${flag}`);
    }
    expect(help('serve', '--help')).toContain('--web.listen-address=ADDRESS (default :19558)\n');
    expect(help('demo', '--version')).toMatch(/^systemd-stop-exporter \d+\.\d+\.\d+/);
  });

  describe('from the environment', () => {
    test('reads a flag that was not typed, several values separated by commas', () => {
      const env = {
        SYSTEMD_STOP_EXPORTER_LOG_LEVEL: 'debug',
        SYSTEMD_STOP_EXPORTER_WEB_LISTEN_ADDRESS: ':1, :2',
        SYSTEMD_STOP_EXPORTER_STORAGE_MAX_SIZE: '1MB',
        SYSTEMD_STOP_EXPORTER_STORAGE_RETENTION: '',
      };
      expect(serve([], env)).toMatchObject({
        log: { level: 'debug' },
        listen: [{ port: 1 }, { port: 2 }],
        maxStorageBytes: 1024 ** 2,
        retentionMs: 30 * 86_400_000,
      });
      expect(serve(['--log.level=warn'], env).log.level).toBe('warn');
    });

    test('names the variable of a mistake and leaves variables of others alone', () => {
      expect(mistakes(['--source.stap.log=/x'], { SYSTEMD_STOP_EXPORTER_LOG_LEVEL: 'loud' })).toEqual([
        'SYSTEMD_STOP_EXPORTER_LOG_LEVEL: "loud" is none of "debug", "info", "warn", "error"',
      ]);
      const others = { SYSTEMD_STOP_EXPORTER_PORT: 'tcp://10.0.0.1:19558', SYSTEMD_STOP_EXPORTER_VERSION: '1.0' };
      expect(serve([], others).log.level).toBe('info');
    });

    test('does not change what analyze and demo do', () => {
      const env = { SYSTEMD_STOP_EXPORTER_FORMAT: 'xml', SYSTEMD_STOP_EXPORTER_WEB_LISTEN_ADDRESS: ':1' };
      expect(mistakes(['analyze', '--stap=x'], env)).toEqual([]);
      expect(parseCommandLine(['demo'], env)).toMatchObject({ config: { listen: [{ port: 19_558 }] } });
    });
  });

  describe('from a file', () => {
    let directory = '';
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'config-'));
    });
    afterAll(() => rm(directory, { recursive: true }));

    async function file(content: unknown): Promise<string> {
      const path = join(directory, 'config.json');
      await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    }

    test('reads texts, numbers, switches and lists; the environment and the command line go before it', async () => {
      const path = await file({
        'source.stap.log': ['/a', '/b'],
        'source.pstree.keep': true,
        'log.level': 'debug',
        'log.format': 'json',
        'storage.retention': '1d',
      });
      const line = parseCommandLine(['--log.format=logfmt'], {
        SYSTEMD_STOP_EXPORTER_CONFIG_FILE: path,
        SYSTEMD_STOP_EXPORTER_LOG_LEVEL: 'warn',
      });
      expect(line).toMatchObject({
        config: {
          dbus: true,
          journal: true,
          stapLogs: ['/a', '/b'],
          keepPstreeDumps: true,
          log: { level: 'warn', format: 'logfmt' },
          retentionMs: 86_400_000,
        },
      });
    });

    test('lists its mistakes with those of the command line', async () => {
      const path = await file({
        'log.levle': 'debug',
        'log.format': 'xml',
        'unit.include': { a: 1 },
        'config.file': 'y',
        'storage.path': ['a', 'b'],
      });
      expect(mistakes([`--config.file=${path}`, '--log.level=loud'])).toEqual([
        `${path}: Unknown setting "log.levle": did you mean "log.level"?`,
        `${path}: "unit.include" is neither a text, a number, true, false nor a list of them`,
        `${path}: Unknown setting "config.file": did you mean "web.config.file"?`,
        `${path}: "storage.path": it can be given only once`,
        '--log.level: "loud" is none of "debug", "info", "warn", "error"',
        `${path}: "log.format": "xml" is none of "logfmt", "json"`,
      ]);
    });

    test('says why a file cannot be used', async () => {
      expect(mistakes(['--source.stap.log=/x', `--config.file=${directory}/absent`])).toEqual([
        `--config.file: cannot read "${directory}/absent": no such file`,
      ]);
      expect(mistakes(['--source.stap.log=/x', `--config.file=${await file('[]')}`])).toEqual([
        `${directory}/config.json: it is no JSON object`,
      ]);
      expect(mistakes(['--source.stap.log=/x', `--config.file=${await file('{"a"')}`])[0]).toMatch(
        /config\.json: it is no JSON: /,
      );
    });
  });

  test('never throws, whatever is typed', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '--',
        '-',
        '--help=',
        '--stap',
        '--__proto__=x',
        '--constructor',
        '-xyz',
        'analyze',
        '--otlp=1',
        '--=',
        '--unit.include=[',
      ),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        const line = parseCommandLine(argv, {});
        expect('help' in line || 'command' in line || line.mistakes.length > 0).toBe(true);
      }),
    );
    expect(isCommandName('constructor')).toBe(false);
  });
});
