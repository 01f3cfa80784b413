import { once } from 'node:events';
import { createServer } from 'node:http';

export interface TextRelay extends AsyncDisposable {
  readonly target: string;
}

/** What a scraper that knows only the text format sees: Prometheus before 2.49 cannot be told to ask for it. */
export async function startTextRelay(base: string): Promise<TextRelay> {
  const server = createServer((request, response) => {
    const relay = async (): Promise<void> => {
      const answer = await fetch(`${base}${request.url}`, { headers: { Accept: 'text/plain;version=0.0.4' } });
      response.setHeader('Content-Type', answer.headers.get('Content-Type') ?? '').end(await answer.text());
    };
    relay().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  return {
    target: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
