/**
 * What sdk-node loads and we never use: our spans leave through exporter-trace-otlp-http, and we hand it no metric
 * readers and no log processors. gRPC with its protobufjs is a quarter of all code.
 */
const leftOut: readonly RegExp[] = [
  /^@opentelemetry\/exporter-(logs|metrics)-otlp-/,
  /^@opentelemetry\/exporter-trace-otlp-(grpc|proto)$/,
  /^@opentelemetry\/exporter-(prometheus|zipkin)$/,
  /^@opentelemetry\/otlp-grpc-exporter-base$/,
  // Express hands it on to who reads bodies; nothing here does, and its tables of character sets are 0.2 MB.
  /^body-parser$/,
];

export function isLeftOut(module: string): boolean {
  return leftOut.some((pattern) => pattern.test(module));
}
