import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Request, RequestHandler } from 'express';
import type { Asker, HttpAppOptions } from '../http-app-options.ts';

const compress = promisify(gzip);

/**
 * The metrics, compressed where the scraper takes that. The content type is sent as the renderer wrote it:
 * `response.send` would quote and reorder its parameters.
 */
export function metricsRoute(options: Pick<HttpAppOptions, 'telemetryPath' | 'renderMetrics'>): RequestHandler {
  return async (request, response, next) => {
    if (request.path !== options.telemetryPath) return next();
    const { contentType, body } = await options.renderMetrics(request.get('Accept') ?? '*/*', scraperOf(request));
    const zipped = request.acceptsEncodings('gzip', 'identity') === 'gzip';
    const bytes = zipped ? await compress(body) : Buffer.from(body);
    response.setHeader('Content-Type', contentType);
    response.vary('Accept').vary('Accept-Encoding');
    if (zipped) response.setHeader('Content-Encoding', 'gzip');
    response.setHeader('Content-Length', bytes.length);
    response.end(bytes);
  };
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
