/**
 * What sdk-node loads and we never use: our spans leave through exporter-trace-otlp-http, and we hand it no metric
 * readers and no log processors. gRPC with its protobufjs is a quarter of all code.
 */
const leftOut: readonly RegExp[] = [
  /^@opentelemetry\/exporter-(logs|metrics)-otlp-/,
  /^@opentelemetry\/exporter-trace-otlp-(grpc|proto)$/,
  /^@opentelemetry\/exporter-(prometheus|zipkin)$/,
  /^@opentelemetry\/otlp-grpc-exporter-base$/,
];

export function isLeftOut(module: string): boolean {
  return leftOut.some((pattern) => pattern.test(module));
}
