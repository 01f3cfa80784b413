import { type Html, html } from '../html.ts';
import { STATUS_CODES } from '../node-http.ts';
import { pageLayout } from './page-layout.ts';

export function errorPage(status: number, message: string): Html {
  const title = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  return pageLayout({
    title,
    main: html`<div class="empty"><h1>${title}</h1><p>${message}.</p><p><a href="/">To the overview</a></p></div>`,
  });
}
