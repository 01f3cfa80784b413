import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** The part of an ExportTraceServiceRequest that the tests read. */
interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly OtlpAttribute[];
}

interface OtlpAttribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

export interface OtlpPost {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly text: string;
  readonly resource: Readonly<Record<string, string | undefined>>;
  readonly scope: { readonly name: string; readonly version: string };
  readonly spans: readonly OtlpSpan[];
  readonly traceId: string;
}

/** `never` keeps the request open. */
export type Answer = { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> } | 'never';

/** An OTLP/HTTP receiver on the loopback interface, real but for what it answers. */
export interface Collector {
  readonly endpoint: string;
  readonly posts: readonly OtlpPost[];
  /** Decides for each request from here on. */
  answer(decide: (post: OtlpPost) => Answer): void;
  /** Resolves once so many requests have come in. */
  received(count: number): Promise<void>;
  close(): Promise<void>;
}

export const accepted: Answer = { status: 200, body: '{"partialSuccess":{}}', headers: { 'content-type': 'application/json' } };

export async function startCollector(): Promise<Collector> {
  const posts: OtlpPost[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  let decide = (_post: OtlpPost): Answer => accepted;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
      const post = readPost(text, request.headers, request.url ?? '');
      posts.push(post);
      for (const { count, resolve } of waiting) if (posts.length >= count) resolve();
      const answer = decide(post);
      if (answer === 'never') return;
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    answer: (decision) => {
      decide = decision;
    },
    received: (count) => (posts.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve }))),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function readPost(text: string, headers: IncomingHttpHeaders, url: string): OtlpPost {
  const [only, ...others] = JSON.parse(text).resourceSpans;
  if (others.length > 0) throw new Error('One incident has one resource');
  const { resource, scopeSpans } = only;
  const attributes: readonly OtlpAttribute[] = resource.attributes;
  const spans: readonly OtlpSpan[] = scopeSpans[0].spans;
  return {
    headers,
    url,
    text,
    resource: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])),
    scope: scopeSpans[0].scope,
    spans,
    traceId: spans[0]?.traceId ?? '',
  };
}
