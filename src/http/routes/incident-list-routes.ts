import { type Response, Router } from 'express';
import { incidentDocument } from '../../model/incident-document.ts';
import type { IncidentPages } from '../http-app-options.ts';
import { type IncidentFilter, incidentListAddress, parseIncidentFilter } from '../incident-filter.ts';
import { type IncidentListing, incidentListPage } from '../pages/incident-list-page.ts';
import { sendJson, sendPage } from './send-page.ts';

/** `/incidents`, and `/incidents/all.json` for links that cannot ask by `Accept`. */
export function incidentListRoutes(log: IncidentPages['log']): Router {
  const router = Router();
  router.get('/', (request, response) => {
    const listing = listIncidents(log, parseIncidentFilter(request.query));
    response.format({
      html: () => sendPage(response, incidentListPage(listing)),
      json: () => sendListing(response, listing),
    });
  });
  router.get('/all.json', (request, response) => {
    sendListing(response, listIncidents(log, parseIncidentFilter(request.query)));
  });
  return router;
}

/** One more than is shown tells whether there is an older page. */
function listIncidents(log: IncidentPages['log'], filter: IncidentFilter): IncidentListing {
  const found = log.list({ ...filter, limit: filter.limit + 1 });
  const incidents = found.slice(0, filter.limit);
  const last = incidents.at(-1);
  const hasOlder = found.length > filter.limit && last !== undefined;
  return { filter, incidents, counts: log.stopCounts(), ...(hasOlder && { olderThan: last.incident.traceId }) };
}

function sendListing(response: Response, { filter, incidents, olderThan }: IncidentListing): void {
  if (olderThan !== undefined)
    response.links({ next: incidentListAddress({ ...filter, before: olderThan }, '/incidents/all.json') });
  sendJson(response, { incidents: incidents.map(incidentDocument) });
}
