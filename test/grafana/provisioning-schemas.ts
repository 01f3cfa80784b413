/** Grafana publishes no schemas of its provisioning files: these hold what its documentation names, as far as we use it. */
type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string', minLength: 1 };
const whole = { type: 'integer' };
const flag = { type: 'boolean' };
const texts = { type: 'object', additionalProperties: text };
const duration = { type: 'string', pattern: '^\\d+(?:ms|s|m|h|d)$' };
const uid = { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,40}$' };

/** Only these properties, and all of them but those with a question mark. */
function object(properties: Schema): Schema {
  const names = Object.keys(properties);
  return {
    type: 'object',
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(names.map((name) => [name.replace('?', ''), properties[name]])),
  };
}

function list(items: Schema): Schema {
  return { type: 'array', minItems: 1, items };
}

function file(properties: Schema): Schema {
  return object({ apiVersion: { const: 1 }, ...properties });
}

const prometheusSettings = object({
  httpMethod: { enum: ['GET', 'POST'] },
  timeInterval: duration,
  exemplarTraceIdDestinations: list(object({ name: text, datasourceUid: uid })),
});

const jaegerSettings = object({
  spanBar: object({ type: { enum: ['None', 'Duration', 'Tag'] }, tag: text }),
  nodeGraph: object({ enabled: flag }),
  traceIdTimeParams: object({ enabled: flag }),
  tracesToMetrics: object({
    datasourceUid: uid,
    spanStartTimeShift: { type: 'string', pattern: '^-?\\d+[smh]$' },
    spanEndTimeShift: { type: 'string', pattern: '^-?\\d+[smh]$' },
    tags: list(object({ key: text, value: text })),
    queries: list(object({ name: text, query: text })),
  }),
});

const datasource = (type: string, jsonData: Schema) =>
  object({
    name: text,
    uid,
    type: { const: type },
    access: { enum: ['proxy', 'direct'] },
    url: text,
    'isDefault?': flag,
    jsonData,
  });

const rule = object({
  uid,
  title: text,
  condition: text,
  data: list(
    object({
      refId: text,
      datasourceUid: text,
      'relativeTimeRange?': object({ from: whole, to: whole }),
      model: { type: 'object' },
    }),
  ),
  for: duration,
  noDataState: { enum: ['OK', 'NoData', 'Alerting', 'KeepLast'] },
  execErrState: { enum: ['OK', 'Error', 'Alerting', 'KeepLast'] },
  labels: texts,
  annotations: texts,
  isPaused: flag,
});

const grouping = {
  receiver: text,
  group_by: list(text),
  group_wait: duration,
  'group_interval?': duration,
  repeat_interval: duration,
};

const matcher = { type: 'array', prefixItems: [text, { enum: ['=', '!=', '=~', '!~'] }, text], minItems: 3, maxItems: 3 };

/** By path under grafana/provisioning. */
export const fileSchemas: Readonly<Record<string, Schema>> = {
  'datasources/systemd-stop-exporter.yaml': file({
    datasources: list({ anyOf: [datasource('prometheus', prometheusSettings), datasource('jaeger', jaegerSettings)] }),
  }),
  'dashboards/systemd-stop-exporter.yaml': file({
    providers: list(
      object({
        name: text,
        orgId: whole,
        folder: text,
        type: { const: 'file' },
        allowUiUpdates: flag,
        disableDeletion: flag,
        updateIntervalSeconds: whole,
        options: object({ path: text }),
      }),
    ),
  }),
  'alerting/systemd-stop-exporter.yaml': file({
    groups: list(object({ orgId: whole, name: text, folder: text, interval: duration, rules: list(rule) })),
  }),
  'alerting/contact-points.yaml.example': file({
    contactPoints: list(
      object({ orgId: whole, name: text, receivers: list(object({ uid, type: text, settings: { type: 'object' } })) }),
    ),
  }),
  'alerting/policies.yaml.example': file({
    policies: list(object({ orgId: whole, ...grouping, routes: list(object({ ...grouping, object_matchers: list(matcher) })) })),
  }),
};
