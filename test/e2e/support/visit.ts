import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** A page that was opened, and what the browser had to say about it. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  /** Console messages (violations of the content security policy are some), failed requests, requests to elsewhere. */
  readonly complaints: readonly string[];
}

export async function visit(browser: Browser, address: string, options: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const { origin } = new URL(address);
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText;
    // Who leaves a page before its icon has come aborts that.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`${request.url()}: ${reason}`);
  });
  page.on('response', (response) => {
    if (!response.ok()) complaints.push(`${response.url()}: ${response.status()}`);
    if (new URL(response.url()).origin !== origin) complaints.push(`${response.url()} is elsewhere`);
  });
  const close = () => context.close();
  try {
    await page.goto(address);
  } catch (error) {
    await close();
    throw error;
  }
  return { page, complaints, [Symbol.asyncDispose]: close };
}

/** How far the page can be scrolled to the side, in pixels. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate('document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth');
}
