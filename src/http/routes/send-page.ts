import type { Response } from 'express';
import type { Html } from '../html.ts';

/** Pages say who runs what as whom: no shared cache may keep them, and no cache may answer without asking. */
export const pageCaching = 'private, no-cache';

export function sendPage(response: Response, page: Html): void {
  response.set('Cache-Control', pageCaching).type('html').send(page.toString());
}

export function sendJson(response: Response, body: unknown): void {
  response.set('Cache-Control', pageCaching).json(body);
}
