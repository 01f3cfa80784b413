import { Router } from 'express';
import type { HttpAppOptions, SourceStatus } from '../http-app-options.ts';

/** `/-/healthy`: the process answers. `/-/ready`: every configured source sees; 503 names those that do not. */
export function healthRoutes(options: Pick<HttpAppOptions, 'sources'>): Router {
  const router = Router();
  router.get('/-/healthy', (_request, response) => {
    response.type('text').send('healthy\n');
  });
  router.get('/-/ready', (_request, response) => {
    const down = options.sources().filter((source) => !source.up);
    response.status(down.length === 0 ? 200 : 503).format({
      text: () => response.send(readyText(down)),
      json: () => response.json({ ready: down.length === 0, down: down.map(({ name, detail }) => ({ source: name, detail })) }),
      default: () => response.type('text').send(readyText(down)),
    });
  });
  return router;
}

function readyText(down: readonly SourceStatus[]): string {
  if (down.length === 0) return 'ready\n';
  const lines = down.map(({ name, detail }) => (detail === undefined ? `${name} is down` : `${name} is down: ${detail}`));
  return `not ready\n${lines.join('\n')}\n`;
}
