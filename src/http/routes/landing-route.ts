import { Router } from 'express';
import type { HttpAppOptions } from '../http-app-options.ts';
import { refusalOf } from '../incident-refusal.ts';
import { landingPage } from '../pages/landing-page.ts';
import { sendPage } from './send-page.ts';

const latestShown = 10;

export function landingRoute(options: HttpAppOptions): Router {
  const { version, telemetryPath, jaegerUrl, incidents, incidentAccess = 'loopback' } = options;
  const router = Router();
  router.get('/', (request, response) => {
    const refusal = refusalOf(incidents === false ? 'off' : incidentAccess, request, response);
    const latest = incidents === false || refusal !== undefined ? undefined : incidents.log.list({ limit: latestShown });
    const page = { version, telemetryPath, sources: options.sources() };
    sendPage(
      response,
      landingPage({
        ...page,
        ...(latest !== undefined && { latest }),
        ...(refusal !== undefined && { refusal }),
        ...(jaegerUrl !== undefined && { jaegerUrl }),
      }),
    );
  });
  return router;
}
