import { type ProcessEnd, type ProcessOptions, RunningProcess } from './running-process.ts';

/** The program as an operator runs it, with the Node that runs the tests. */
function exporter(parameters: readonly string[], options?: ProcessOptions): RunningProcess {
  return new RunningProcess(process.execPath, ['src/main.ts', ...parameters], options);
}

/** A command that ends by itself. */
export async function run(parameters: readonly string[], options?: ProcessOptions): Promise<ProcessEnd> {
  await using process = exporter(parameters, options);
  return await process.end();
}

/** An exporter that has said where it serves. */
export interface ServingExporter extends AsyncDisposable {
  readonly process: RunningProcess;
  /** Without a path. */
  readonly base: string;
}

const anyPort = ['--web.listen-address', '127.0.0.1:0'];

/** All recorded stops have been read when this resolves. */
export function startDemo(environment: ProcessOptions['environment'] = {}): Promise<ServingExporter> {
  return start(['demo', ...anyPort], /every stop +(http:\S+)\/incidents/, environment);
}

export function startServe(
  parameters: readonly string[],
  environment: NonNullable<ProcessOptions['environment']> = {},
): Promise<ServingExporter> {
  // This machine has no systemd: its bus and its journal are the system bed's to test.
  return start(
    ['serve', ...anyPort, '--source.dbus=off', '--source.journal=off', ...parameters],
    /msg=Serving addresses=((?:https?|unix):\S+)/,
    environment,
  );
}

async function start(
  parameters: readonly string[],
  ready: RegExp,
  environment: NonNullable<ProcessOptions['environment']>,
): Promise<ServingExporter> {
  const process = exporter(parameters, { environment });
  try {
    const [, base = ''] = await process.says(ready);
    return { process, base, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}
