import { describe, expect, test } from 'vitest';
import { isOtlpConfigured, otlpMistakes } from '../../../src/sinks/otlp/otlp-environment.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('isOtlpConfigured', () => {
  test.each([
    [endpoint],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' }],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }],
    [{ OTEL_TRACES_EXPORTER: 'console, otlp' }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: '' }],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'false' }],
  ])('is true for %j', (environment) => {
    expect(isOtlpConfigured(environment)).toBe(true);
  });

  test.each([
    [{}],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318' }],
    [{ ...endpoint, OTEL_SDK_DISABLED: 'true' }],
    [{ ...endpoint, OTEL_SDK_DISABLED: ' True' }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'otlp,none' }],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: 'console' }],
  ])('is false for %j', (environment) => {
    expect(isOtlpConfigured(environment)).toBe(false);
  });
});

describe('otlpMistakes', () => {
  test.each([
    [endpoint],
    [{ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' }],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  ])('finds none in %j', (environment) => {
    expect(otlpMistakes(environment)).toEqual([]);
  });

  test('names every variable that the SDK would silently replace by its default', () => {
    expect(
      otlpMistakes({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'rubbish',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      }),
    ).toEqual([
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must be an http or https URL (actual: "rubbish")',
      'OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https URL (actual: "collector:4318")',
      'OTEL_EXPORTER_OTLP_PROTOCOL must be http/json or http/protobuf (actual: "grpc")',
    ]);
  });
});
