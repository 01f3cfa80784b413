import { type RequestHandler, Router } from 'express';
import type { ClassifiedIncident } from '../../model/incident.ts';
import { incidentDocument } from '../../model/incident-document.ts';
import type { HttpAppOptions, IncidentPages } from '../http-app-options.ts';
import { HttpProblem } from '../http-problem.ts';
import { isTraceId } from '../incident-filter.ts';
import { incidentPage } from '../pages/incident-page.ts';
import { incidentListRoutes } from './incident-list-routes.ts';
import { pageCaching, sendJson, sendPage } from './send-page.ts';

/** Mounted at `/incidents`. A browser's link cannot ask by `Accept`, so the JSON has an address of its own too. */
export function incidentRoutes(options: Pick<HttpAppOptions, 'jaegerUrl'>, pages: IncidentPages): Router {
  const router = Router();
  router.use(incidentListRoutes(pages.log));
  const find = (traceId: unknown): ClassifiedIncident => findIncident(pages.log, traceId);
  const asJson: RequestHandler = (request, response) => sendJson(response, incidentDocument(find(request.params['trace_id'])));

  const links = { ...options, hasPage: (traceId: string) => pages.log.find(traceId) !== undefined };
  router.get('/:trace_id', (request, response) => {
    const classified = find(request.params.trace_id);
    response.format({
      html: () => sendPage(response, incidentPage(classified, pages.planSpans(classified), links)),
      json: () => sendJson(response, incidentDocument(classified)),
    });
  });
  router.get('/:trace_id/incident.json', asJson);
  router.get('/:trace_id/trace.json', (request, response) => {
    const classified = find(request.params.trace_id);
    response.attachment(`trace-${classified.incident.traceId}.json`);
    response.set('Cache-Control', pageCaching).type('json').send(pages.otlpJson(classified));
  });
  return router;
}

function findIncident(log: IncidentPages['log'], traceId: unknown): ClassifiedIncident {
  if (typeof traceId !== 'string' || !isTraceId(traceId)) {
    throw new HttpProblem(400, 'A trace id has 32 hexadecimal digits');
  }
  const classified = log.find(traceId.toLowerCase());
  if (classified === undefined)
    throw new HttpProblem(404, 'No incident has this trace id, or it is older than --storage.retention');
  return classified;
}
