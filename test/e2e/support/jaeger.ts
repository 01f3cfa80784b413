import { freePort } from '../../support/free-port.ts';
import { pathOf } from './installed.ts';
import { RunningProcess } from './running-process.ts';

interface JaegerReference {
  readonly refType: 'CHILD_OF' | 'FOLLOWS_FROM';
  readonly traceID: string;
  readonly spanID: string;
}

/** A span as Jaeger's own user interface gets it: times in microseconds. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly JaegerReference[];
  readonly startTime: number;
  readonly duration: number;
  readonly warnings: readonly string[] | null;
}

export interface JaegerTrace {
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { readonly tags: readonly { readonly key: string; readonly value: unknown }[] }>>;
  readonly warnings: readonly string[] | null;
}

export interface Jaeger extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly collector: string;
  /** Every trace of that id; spans in the order of time, which its API does not keep. */
  traces(traceId: string): Promise<readonly JaegerTrace[]>;
  /** The same as OTLP, as text. */
  otlpText(traceId: string): Promise<string>;
}

/** @param otlpPort where to receive; any free port unless told */
export async function startJaeger(otlpPort?: number): Promise<Jaeger> {
  const [receiverPort, queryPort] = [otlpPort ?? (await freePort()), await freePort()];
  const ports = { JAEGER_OTLP_PORT: String(receiverPort), JAEGER_QUERY_PORT: String(queryPort) };
  const process = new RunningProcess(pathOf('jaeger'), ['--config', 'test/e2e/jaeger.yaml'], { environment: ports });
  try {
    await process.says(/Everything is ready/);
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
  const ask = (path: string) => fetch(`http://127.0.0.1:${queryPort}/api/${path}`);
  return {
    collector: `http://127.0.0.1:${receiverPort}`,
    async traces(traceId) {
      const { data } = (await (await ask(`traces/${traceId}`)).json()) as { readonly data: readonly JaegerTrace[] | null };
      return (data ?? []).map((trace) => ({ ...trace, spans: trace.spans.toSorted(byTime) }));
    },
    otlpText: async (traceId) => await (await ask(`v3/traces/${traceId}`)).text(),
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

/** The parent that Jaeger draws a span under; undefined where it is a root. Links are references too. */
function parentOf({ traceID, references }: JaegerSpan): string | undefined {
  return references.find((one) => one.refType === 'CHILD_OF' && one.traceID === traceID)?.spanID;
}

export function rootsOf({ spans }: JaegerTrace): readonly JaegerSpan[] {
  return spans.filter((span) => parentOf(span) === undefined);
}

/** The names of a trace as Jaeger nests them. */
export function treeOf({ spans }: JaegerTrace): string {
  const linesBelow = (parent: string | undefined, depth: number): readonly string[] =>
    spans
      .filter((span) => parentOf(span) === parent)
      .flatMap((span) => [`${'  '.repeat(depth)}${span.operationName}`, ...linesBelow(span.spanID, depth + 1)]);
  return linesBelow(undefined, 0).join('\n');
}

function byTime(one: JaegerSpan, other: JaegerSpan): number {
  return one.startTime - other.startTime || one.duration - other.duration || (one.spanID < other.spanID ? -1 : 1);
}
