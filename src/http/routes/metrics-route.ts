import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import type { Asker, HttpAppOptions } from '../http-app-options.ts';

const compress = promisify(gzip);
/** Of 10,000 series in OpenMetrics: 9 ms and 156 kB, where zlib's default takes 32 ms for 135 kB. */
const fast = { level: constants.Z_BEST_SPEED };

/**
 * The metrics, compressed where the scraper takes that. The content type is sent as the renderer wrote it:
 * `response.send` would quote and reorder its parameters.
 */
export function metricsRoute(options: Pick<HttpAppOptions, 'telemetryPath' | 'renderMetrics'>): RequestHandler {
  return async (request, response, next) => {
    if (request.path !== options.telemetryPath) return next();
    const { contentType, body } = await options.renderMetrics(request.get('Accept') ?? '*/*', scraperOf(request));
    const zipped = request.acceptsEncodings('gzip', 'identity') === 'gzip';
    const text = await encoded(body);
    const bytes = zipped ? await compress(text, fast) : text;
    response.setHeader('Content-Type', contentType);
    response.vary('Accept').vary('Accept-Encoding');
    if (zipped) response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Content-Length', bytes.length);
    response.end(bytes);
  };
}

/** About a millisecond of work. */
const pieceLength = 200_000;

/** In pieces of whole lines: megabytes at once would hold up what else the process does, such as to ask who stopped a unit. */
async function encoded(text: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from + pieceLength);
    const end = newline === -1 ? text.length : newline + 1;
    pieces.push(Buffer.from(text.slice(from, end)));
    from = end;
    if (from < text.length) await nextTurn();
  }
  return Buffer.concat(pieces);
}

/** Two Prometheus servers behind one address and of one version differ by their connections alone. */
function scraperOf(request: Request): Asker {
  const address = request.socket.remoteAddress ?? 'local socket';
  return {
    name: `${address} ${request.get('User-Agent') ?? ''} ${request.originalUrl}`.slice(0, 200),
    connection: String(request.socket.remotePort ?? ''),
    isServer: request.get('X-Prometheus-Scrape-Timeout-Seconds') !== undefined,
  };
}
