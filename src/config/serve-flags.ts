import { incidentAccesses } from '../http/incident-access.ts';
import { logFormats, logLevels } from '../logger.ts';
import { redactionModes } from '../model/redact.ts';
import { optional, repeatable, single, toggle } from './flag.ts';
import {
  parseChoice,
  parseDuration,
  parseListenAddress,
  parseLogPath,
  parsePath,
  parsePattern,
  parseRedactPattern,
  parseSettleTime,
  parseSize,
  parseSwitch,
  parseUrlPath,
} from './values.ts';

export const logFlags = {
  'log.level': single(parseChoice(logLevels), {
    placeholder: 'LEVEL',
    byDefault: 'info',
    help: 'Lowest level of what is logged: debug, info, warn or error.',
  }),
  'log.format': single(parseChoice(logFormats), { placeholder: 'FORMAT', byDefault: 'logfmt', help: 'logfmt or json.' }),
};

/** Milliseconds; docs/decisions/0010. */
export const shippedSettleMs = 700;

export const correlateFlags = {
  'correlate.settle': single(parseSettleTime, {
    placeholder: 'DURATION',
    byDefault: `${shippedSettleMs}ms`,
    help: 'How long to wait for late evidence after the last state of a stop, unless all sources have seen its end.',
  }),
};

/** Of whatever shows evidence to people. */
export const redactFlags = {
  redact: single(parseChoice(redactionModes), {
    placeholder: 'HOW',
    byDefault: 'default',
    help: 'How much to hide of commands and evidence: default (secrets), strict (every argument, all raw text) or off.',
  }),
  'redact.pattern': repeatable(parseRedactPattern, {
    placeholder: 'REGEXP',
    help: 'Hide what matches this, too. Repeatable.',
  }),
};

export const serveFlags = {
  'web.listen-address': repeatable(parseListenAddress, {
    placeholder: 'ADDRESS',
    byDefault: [':19558'],
    help: 'Where to serve, such as :19558, 127.0.0.1:19558, [::1]:19558 or unix:/run/stops.sock. Repeatable.',
  }),
  'web.systemd-socket': toggle('Serve on the sockets that systemd hands over (LISTEN_FDS) and not on --web.listen-address.'),
  'web.config.file': optional(parsePath, {
    placeholder: 'FILE',
    help: 'TLS, client certificates, passwords, headers and rate limit, in the format of Prometheus exporter-toolkit.',
  }),
  'web.incidents': single(parseChoice(incidentAccesses), {
    placeholder: 'WHO',
    byDefault: 'loopback',
    help: 'Who may see incidents, which say who runs what as whom: off, loopback, authenticated or public.',
  }),
  'web.telemetry-path': single(parseUrlPath, {
    placeholder: 'PATH',
    byDefault: '/metrics',
    help: 'Under which to serve metrics.',
  }),
  'unit.include': single(parsePattern, {
    placeholder: 'REGEXP',
    byDefault: '.+\\.service',
    help: 'Units to watch: a regular expression that matches the whole name.',
  }),
  'unit.exclude': optional(parsePattern, {
    placeholder: 'REGEXP',
    help: 'Units to leave out: a regular expression that matches the whole name.',
  }),
  'source.dbus': single(parseSwitch, {
    placeholder: 'on|off',
    byDefault: 'on',
    help: 'Watch the system bus: states and jobs of units, requests and who made them.',
  }),
  'source.journal': single(parseSwitch, {
    placeholder: 'on|off',
    byDefault: 'on',
    help: 'Follow the journal: exit codes, OOM kills, and stops from while the exporter was down.',
  }),
  'source.stap.log': repeatable(parseLogPath, {
    placeholder: 'FILE',
    help: 'File or FIFO that the systemtap probe writes to, followed over rotations. Repeatable.',
  }),
  'source.pstree.directory': optional(parsePath, {
    placeholder: 'DIRECTORY',
    help: 'Spool that a hook renames dumps of "pstree -psa" into, as UNIT.TIMESTAMP. They are removed once read.',
  }),
  'source.pstree.keep': toggle('Move dumps that were read to done/ in the spool instead.'),
  'storage.path': optional(parsePath, {
    placeholder: 'DIRECTORY',
    help: 'Where to keep incidents. Without it they are kept in memory, and lost with the process.',
  }),
  'storage.retention': single(parseDuration, {
    placeholder: 'DURATION',
    byDefault: '30d',
    help: 'How long to keep incidents, such as 30d.',
  }),
  'storage.max-size': single(parseSize, {
    placeholder: 'SIZE',
    byDefault: '512MB',
    help: 'How much of them to keep; the oldest go first.',
  }),
  ...redactFlags,
  ...correlateFlags,
  ...logFlags,
  'config.file': optional(parsePath, {
    placeholder: 'FILE',
    help: 'JSON object with these flags as its keys. The command line and the environment go before it.',
  }),
};
