import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run, type ServingExporter, startDemo } from './support/exporter.ts';
import { isInstalled } from './support/installed.ts';
import { type Jaeger, type JaegerTrace, rootsOf, startJaeger, treeOf } from './support/jaeger.ts';
import { loggedTraceIds, recordedStops } from './support/recorded-stops.ts';
import { metric } from './support/served.ts';

/** The page's own download of the trace: what should have been sent. */
interface OtlpFile {
  readonly resourceSpans: readonly [
    {
      readonly resource: {
        readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
      };
      readonly scopeSpans: readonly [{ readonly spans: readonly { readonly spanId: string; readonly name: string }[] }];
    },
  ];
}

describe.skipIf(!isInstalled('jaeger'))('Jaeger', () => {
  let jaeger: Jaeger;
  let demo: ServingExporter;
  let traceIds: readonly string[];
  beforeAll(async () => {
    jaeger = await startJaeger();
    demo = await startDemo({ OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.collector });
    traceIds = loggedTraceIds(demo.process.stdout);
    const sent = () => metric(demo.base, 'systemd_stop_exporter_traces_sent_total');
    await vi.waitUntil(async () => (await sent()) === recordedStops.length, { timeout: 20_000, interval: 50 });
  }, 60_000);
  afterAll(async () => {
    await demo?.[Symbol.asyncDispose]();
    await jaeger?.[Symbol.asyncDispose]();
  });

  /** Of the nth stop of the demo. */
  async function traceOf(stop: number): Promise<JaegerTrace> {
    const traces = await jaeger.traces(traceIds[stop] ?? '');
    expect(traces).toHaveLength(1);
    return traces[0] as JaegerTrace;
  }

  test.each(recordedStops.map(({ unit, cause }, stop) => [stop, unit, cause] as const))(
    'has one trace of stop %i, with one root and nothing to warn about (%s, %s)',
    async (stop, unit) => {
      const trace = await traceOf(stop);
      const { spans } = trace;
      expect(rootsOf(trace).map(({ operationName }) => operationName)).toEqual([`stop ${unit}`]);
      expect(treeOf(trace).split('\n')).toHaveLength(spans.length);
      expect(Math.min(...spans.map(({ duration }) => duration))).toBeGreaterThanOrEqual(1);
      expect([trace.warnings, ...spans.map(({ warnings }) => warnings)].filter((warnings) => warnings !== null)).toEqual([]);
    },
  );

  test('draws the spans that the page of the incident draws', async () => {
    for (const [stop, traceId] of traceIds.entries()) {
      const file = (await (await fetch(`${demo.base}/incidents/${traceId}/trace.json`)).json()) as OtlpFile;
      const drawn = file.resourceSpans[0].scopeSpans[0].spans.map(({ spanId, name }) => `${spanId} ${name}`);
      const sent = (await traceOf(stop)).spans.map(({ spanID, operationName }) => `${spanID} ${operationName}`);
      expect(sent.toSorted()).toEqual(drawn.toSorted());
    }
  });

  test('says which host the stop happened on, and not ours', async () => {
    for (const [stop, traceId] of traceIds.entries()) {
      const file = (await (await fetch(`${demo.base}/incidents/${traceId}/trace.json`)).json()) as OtlpFile;
      const drawn = file.resourceSpans[0].resource.attributes.map(({ key, value }) => ({ key, value: value.stringValue }));
      const [process] = Object.values((await traceOf(stop)).processes);
      const isOfHost = ({ key }: { readonly key: string }) => key.startsWith('host.') || key.startsWith('systemd.');
      expect(process?.tags.filter(isOfHost).map(({ key, value }) => ({ key, value }))).toEqual(drawn.filter(isOfHost));
    }
  });

  test('nests the processes that asked and the functions of PID 1', async () => {
    expect(treeOf(await traceOf(0))).toBe(manualStop);
    expect(treeOf(await traceOf(2))).toBe(cgroupEmpty);
  });

  test('links a dependency to the stop that pulled it in', async () => {
    const [cause, dependency] = await Promise.all([traceOf(3), traceOf(4)]);
    const [from] = rootsOf(cause);
    expect(rootsOf(dependency).map(({ references }) => references)).toEqual([
      [{ refType: 'FOLLOWS_FROM', traceID: from?.traceID, spanID: from?.spanID }],
    ]);
  });

  test('has the same traces when they are sent again', async () => {
    const everything = () => Promise.all(traceIds.map((traceId) => jaeger.traces(traceId)));
    const before = await everything();
    const again = ['demo', '--once', '--web.listen-address', '127.0.0.1:0'];
    const end = await run(again, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.collector } });
    expect({ status: end.status, traceIds: loggedTraceIds(end.stdout) }).toEqual({ status: 0, traceIds });
    expect(await everything()).toEqual(before);
  });

  test('gets what analyze finds', async () => {
    const recording = ['--stap', 'test/scenarios/systemd-262-stap-no-debuginfo/stap.log'];
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.collector };
    const { status, stdout, stderr } = await run(['analyze', '--otlp', ...recording], { environment });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const found = [...stdout.matchAll(/^ {2}trace +([0-9a-f]{32})$/gm)].map(([, traceId = '']) => traceId);
    expect(found.length).toBeGreaterThan(0);
    for (const traceId of found) expect(await jaeger.traces(traceId)).toHaveLength(1);
  });

  // The last one: this way to read sorts the events of the stored spans in place, and then the same span is another one.
  test('has nothing to warn about in its OTLP either', async () => {
    for (const traceId of traceIds) {
      const text = await jaeger.otlpText(traceId);
      expect(text).toContain('"name":"stop ');
      expect(text).not.toContain('@jaeger@');
    }
  });
});

const manualStop = `stop ovs-vswitchd.service
  requested by systemctl
    sshd
      sshd
        bash
          systemctl
  systemd call path
    libc-2.17.so+0x22545?
      main
        manager_loop
          sd_event_dispatch
            source_dispatch
              manager_dispatch_run_queue
                job_run_and_invalidate
                  job_perform_on_unit
                    service_stop
                      service_enter_stop`;

const cgroupEmpty = `stop ovs-vswitchd.service
  cgroup found empty by systemd
    systemd
  systemd call path
    _start
      __libc_start_main
        main
          manager_loop
            sd_event_dispatch
              source_dispatch
                manager_dispatch_cgroups_agent_fd
                  manager_notify_cgroup_empty
                    service_enter_stop`;
