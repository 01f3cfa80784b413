interface LeftOut {
  readonly module: RegExp;
  /** Only where one of these asks for it. */
  readonly by?: RegExp;
  /** What is there instead. Unless told, an empty module: whoever makes something of it fails at once. */
  readonly instead?: string;
}

/** What our libraries load and we never use. It costs memory on every host (docs/performance.md). */
const leftOut: readonly LeftOut[] = [
  // Our spans leave through exporter-trace-otlp-http, and sdk-node gets no metric readers and no log processors from us.
  // gRPC with its protobufjs is a quarter of all code.
  { module: /^@opentelemetry\/exporter-(logs|metrics)-otlp-/ },
  { module: /^@opentelemetry\/exporter-trace-otlp-(grpc|proto)$/ },
  { module: /^@opentelemetry\/exporter-(prometheus|zipkin)$/ },
  { module: /^@opentelemetry\/otlp-grpc-exporter-base$/ },
  // Express hands it on to who reads bodies; nothing here does, and its tables of character sets are 0.2 MB.
  { module: /^body-parser$/ },
  // Of query strings with objects in them; Express 5 reads none unless it is told to.
  { module: /^qs$/ },
  // They load Node's TLS and its cluster: we are asked, push nothing, and are one process.
  { module: /^\.\/lib\/(pushgateway|cluster)$/, by: /\/prom-client\/index\.js$/ },
  // What it says of V8's spaces process-metrics.ts refuses; to know it, it loads a module of Node's.
  {
    module: /^\.\/metrics\/heapSpacesSizeAndUsed$/,
    by: /\/prom-client\/lib\//,
    instead: 'module.exports = () => {}; module.exports.metricNames = [];',
  },
  // What Express says of itself where DEBUG= asks for it.
  { module: /^debug$/, instead: 'module.exports = () => () => {};' },
  // Its summaries, and the exemplars of its own metrics: we have neither.
  { module: /^(tdigest|@opentelemetry\/api)$/, by: /\/prom-client\/lib\// },
  // For objects that one puts on the bus, or introspects. A connection makes a builder in case it should.
  { module: /^xml2js$/, instead: 'exports.Builder = class {};' },
];

/** The text of the module that takes the place of one; undefined where it stays. */
export function insteadOf(module: string, importer: string): string | undefined {
  const found = leftOut.find(({ module: pattern, by }) => pattern.test(module) && (by === undefined || by.test(importer)));
  return found === undefined ? undefined : (found.instead ?? 'module.exports = {};');
}

/** What we answer with, of the 2,500 media types that Express knows. */
const mediaTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/octet-stream',
  'image/svg+xml',
  'text/css',
  'text/html',
  'text/plain',
]);

export function isTableOfMediaTypes(file: string): boolean {
  return file.endsWith('/mime-db/db.json');
}

/** @param table JSON */
export function onlyOurMediaTypes(table: string): string {
  const types = Object.entries(JSON.parse(table) as object).filter(([name]) => mediaTypes.has(name));
  return JSON.stringify(Object.fromEntries(types));
}
