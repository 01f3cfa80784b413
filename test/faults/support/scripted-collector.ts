import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** What becomes of a request that holds one trace. */
export type Answer =
  /** Stored and acknowledged, after some time where it is slow. */
  | { readonly kind: 'accepts'; readonly afterMs?: number }
  /** Refused with a status; nothing is stored. */
  | { readonly kind: 'refuses'; readonly status: number; readonly headers?: Record<string, string> }
  /** 200, but the body says that nothing of it was taken. */
  | { readonly kind: 'rejects' }
  /** Stored, and never acknowledged: the connection breaks. */
  | { readonly kind: 'forgets' };

export interface ReceivedTrace {
  readonly traceId: string;
  readonly unit: string;
}

/** An OTLP/HTTP receiver whose faults are the point: everything else about it is as the specification has it. */
export interface ScriptedCollector extends AsyncDisposable {
  readonly endpoint: string;
  /** Decides on each request from here on. */
  answer(decide: (trace: ReceivedTrace) => Answer): void;
  /** What it has stored: trace id → unit. */
  readonly stored: ReadonlyMap<string, string>;
  readonly requests: number;
  /** Nobody listens any more, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
}

export const accepts: Answer = { kind: 'accepts' };

export async function startCollector(port = 0): Promise<ScriptedCollector> {
  const stored = new Map<string, string>();
  const state = { decide: (_trace: ReceivedTrace): Answer => accepts, requests: 0, port };
  const server = createServer((request, response) => {
    state.requests++;
    serve(request, response, { stored, decide: (trace) => state.decide(trace) }).catch(() => response.destroy());
  });
  const up = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(state.port, '127.0.0.1', resolve));
    state.port = (server.address() as AddressInfo).port;
  };
  const down = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  await up();
  return {
    endpoint: `http://127.0.0.1:${state.port}`,
    answer: (decide) => {
      state.decide = decide;
    },
    stored,
    get requests() {
      return state.requests;
    },
    up,
    down,
    [Symbol.asyncDispose]: down,
  };
}

interface Exchange {
  readonly stored: Map<string, string>;
  readonly decide: (trace: ReceivedTrace) => Answer;
}

async function serve(request: IncomingMessage, response: ServerResponse, { stored, decide }: Exchange): Promise<void> {
  const body = await buffer(request);
  const trace = traceOf(JSON.parse(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)));
  const answer = decide(trace);
  switch (answer.kind) {
    case 'refuses':
      response.writeHead(answer.status, answer.headers).end();
      return;
    case 'rejects':
      end(response, { partialSuccess: { rejectedSpans: '1', errorMessage: 'over the quota' } });
      return;
    case 'forgets':
      stored.set(trace.traceId, trace.unit);
      request.socket.destroy();
      return;
    case 'accepts':
      if (answer.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, answer.afterMs));
      stored.set(trace.traceId, trace.unit);
      end(response, { partialSuccess: {} });
  }
}

function end(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

interface OtlpRequest {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

interface OtlpSpan {
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

function traceOf({ resourceSpans }: OtlpRequest): ReceivedTrace {
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const root = spans.find(({ parentSpanId = '' }) => parentSpanId === '');
  const unit = root?.attributes.find(({ key }) => key === 'systemd.unit.name')?.value.stringValue;
  return { traceId: root?.traceId ?? '', unit: unit ?? '' };
}
