import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClassifiedIncident } from '../../src/model/incident.ts';
import { otlpJson } from '../../src/trace/otlp-json.ts';
import { planSpans } from '../../src/trace/plan-spans.ts';
import { traceResource } from '../../src/trace/trace-resource.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

const requestsAtOnce = 8;

/** Sends each stop as one trace to the gateway, as many exporters would; waits until the gateway has handed all of it on. */
export async function sendTraces(incidents: readonly ClassifiedIncident[], directory: string) {
  const backend = await startBackend();
  try {
    await using collector = await startGatewayProcess(backend.address, join(directory, 'queue'));
    const spans = incidents.reduce((sum, incident) => sum + planSpans(incident).length, 0);
    const startedAt = performance.now();
    const bytesIn = await sendAll(incidents, collector.endpoint);
    await handedOn(collector, spans);
    return {
      spans,
      bytesIn,
      bytesOut: backend.bytes(),
      spansHandedOn: await collector.total('otelcol_exporter_sent_spans(?:_total|__spans__total)?'),
      seconds: (performance.now() - startedAt) / 1000,
      ...usageOf(collector.pid),
    };
  } finally {
    await backend.close();
  }
}

async function sendAll(incidents: readonly ClassifiedIncident[], endpoint: string): Promise<number> {
  const waiting = [...incidents];
  let bytes = 0;
  const work = async (): Promise<void> => {
    for (let incident = waiting.pop(); incident !== undefined; incident = waiting.pop()) {
      const body = otlpJson(incident, traceResource(incident.incident.host, '0.0.0'));
      bytes += Buffer.byteLength(body);
      const answer = await fetch(`${endpoint}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!answer.ok) throw new Error(`Cannot send a trace: the Collector answered ${answer.status} ${await answer.text()}`);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, work));
  return bytes;
}

async function handedOn(collector: GatewayProcess, spans: number): Promise<void> {
  const deadline = performance.now() + 120_000;
  while ((await collector.total('otelcol_exporter_sent_spans(?:_total|__spans__total)?')) < spans) {
    if (performance.now() > deadline) throw new Error('Cannot finish: the Collector has not handed on all spans after 2 minutes');
    await delay(200);
  }
}

/** Takes all that comes, and counts its bytes. */
async function startBackend() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bytes: () => bytes,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** CPU and memory of a process, by the kernel. */
function usageOf(pid: number) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticksPerSecond = 100;
  const kibibytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, memory: kibibytes * 1024 };
}
