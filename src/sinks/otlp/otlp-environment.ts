/** The environment as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** OpenTelemetry's own variables, and nothing else to learn: traces are sent where one of them names a collector. */
export function isOtlpConfigured(environment: Environment): boolean {
  if (environment['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return false;
  const exporters = wordsOf(environment['OTEL_TRACES_EXPORTER']);
  if (exporters.length > 0 && (exporters.includes('none') || !exporters.includes('otlp'))) return false;
  return exporters.length > 0 || endpointNames.some((name) => isSet(environment[name]));
}

/** What the SDK would silently replace by its default: every mistake, each naming its variable. */
export function otlpMistakes(environment: Environment): readonly string[] {
  if (!isOtlpConfigured(environment)) return [];
  const endpoints = endpointNames.filter((name) => isSet(environment[name]) && !isHttpUrl(environment[name] ?? ''));
  const protocols = protocolNames.filter((name) => isSet(environment[name]) && !environment[name]?.trim().startsWith('http/'));
  return [
    ...endpoints.map((name) => `${name} must be an http or https URL (actual: ${JSON.stringify(environment[name])})`),
    ...protocols.map((name) => `${name} must be http/json or http/protobuf (actual: ${JSON.stringify(environment[name])})`),
  ];
}

const endpointNames = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;
// A collector's HTTP receiver reads JSON, which we send, and protobuf alike.
const protocolNames = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL'] as const;

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}

function wordsOf(list: string | undefined): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word !== '');
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text.trim());
  return url?.protocol === 'http:' || url?.protocol === 'https:';
}
