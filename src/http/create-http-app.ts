import express, { type Express, type RequestHandler } from 'express';
import { errorAnswer, unknownAddress } from './error-answer.ts';
import type { HttpAppOptions } from './http-app-options.ts';
import { HttpProblem } from './http-problem.ts';
import { refusalOf } from './incident-refusal.ts';
import { assetRoutes } from './routes/asset-routes.ts';
import { healthRoutes } from './routes/health-routes.ts';
import { incidentRoutes } from './routes/incident-routes.ts';
import { landingRoute } from './routes/landing-route.ts';
import { metricsRoute } from './routes/metrics-route.ts';
import { securityHeaders } from './security-headers.ts';

/** Everything the exporter answers over HTTP. It only reads. */
export function createHttpApp(options: HttpAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('json spaces', 2);
  app.use(securityHeaders);
  if (options.guard !== undefined) app.use(options.guard);
  app.use(readOnly);
  app.use(metricsRoute(options));
  app.use(healthRoutes(options));
  app.use(assetRoutes());
  app.use(landingRoute(options));
  if (options.incidents !== false) app.use('/incidents', admitted(options), incidentRoutes(options, options.incidents));
  app.use(unknownAddress);
  app.use(errorAnswer(options.onError));
  return app;
}

function admitted({ incidentAccess = 'loopback' }: HttpAppOptions): RequestHandler {
  return (request, response, next) => {
    const refusal = refusalOf(incidentAccess, request, response);
    if (refusal !== undefined) throw new HttpProblem(403, refusal);
    next();
  };
}

const readOnly: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  response.set('Allow', 'GET, HEAD');
  throw new HttpProblem(405, 'Only GET and HEAD are answered here');
};
