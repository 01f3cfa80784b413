import { type Command, commands, commonFlags, defaultCommand } from '../../src/config/commands.ts';
import type { Flag } from '../../src/config/flag.ts';
import { environmentName } from '../../src/config/read-flags.ts';
import { code, page, table } from './markdown.ts';

/** Every flag of every command. */
export function configurationPage(): string {
  const sections = Object.entries(commands).map(([name, command]) => commandSection(name, command));
  return page('Configuration', 'src/config', introduction, ...sections, traces);
}

function commandSection(name: string, { summary, flags, readsEnvironment, exitStatus }: Command): string {
  const rows = Object.entries({ ...flags, ...commonFlags }).map(([flag, row]) => [
    code(`--${flag}${row.placeholder === undefined ? '' : ` ${row.placeholder}`}`),
    row.defaults.map(code).join(', '),
    row.help,
    ...(readsEnvironment ? [inEnvironment(flag, row)] : []),
  ]);
  const head = ['flag', 'default', 'meaning', ...(readsEnvironment ? ['environment'] : [])];
  return `## ${name}\n\n${summary}\n\n${table(head, rows)}\nExit status: ${exitStatus}\n`;
}

/** The help is asked for where somebody types. */
function inEnvironment(flag: string, _row: Flag<unknown>): string {
  return Object.hasOwn(commonFlags, flag) ? '' : code(environmentName(flag));
}

const introduction = `A command is the first argument; without one it is \`${defaultCommand}\`. Each value comes from the command line, else from the
environment, else from the JSON file of \`--config.file\` (commands that have these), else it is the default. A wrong configuration is refused at
the start, with all its mistakes.
`;

const traces = `## Traces

Nothing of ours to learn: the standard variables of OpenTelemetry. \`OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318\` is enough; also
\`OTEL_EXPORTER_OTLP_HEADERS\`, \`…_CERTIFICATE\`, \`…_COMPRESSION\`, \`…_TIMEOUT\`, \`OTEL_RESOURCE_ATTRIBUTES\`, \`OTEL_SERVICE_NAME\`,
\`OTEL_TRACES_SAMPLER\`, \`OTEL_SDK_DISABLED\`. Without an endpoint no trace is sent, and none is kept to be sent.
`;
