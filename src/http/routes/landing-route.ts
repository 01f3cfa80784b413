import { Router } from 'express';
import type { HttpAppOptions } from '../http-app-options.ts';
import { landingPage } from '../pages/landing-page.ts';
import { sendPage } from './send-page.ts';

const latestShown = 10;

export function landingRoute(options: HttpAppOptions): Router {
  const { version, telemetryPath, jaegerUrl } = options;
  const router = Router();
  router.get('/', (_request, response) => {
    const latest = options.incidents === false ? undefined : options.incidents.log.list({ limit: latestShown });
    const page = { version, telemetryPath, sources: options.sources() };
    sendPage(
      response,
      landingPage({ ...page, ...(latest !== undefined && { latest }), ...(jaegerUrl !== undefined && { jaegerUrl }) }),
    );
  });
  return router;
}
