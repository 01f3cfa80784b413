import { configurationPage } from './configuration-page.ts';
import { metricsPage } from './metrics-page.ts';
import { spansPage } from './spans-page.ts';
import { verdictsPage } from './verdicts-page.ts';

/** Every generated page: its path in the repository and its text. */
export async function generatedPages(): Promise<Readonly<Record<string, string>>> {
  return {
    'docs/reference/configuration.md': configurationPage(),
    'docs/reference/metrics.md': await metricsPage(),
    'docs/reference/spans.md': await spansPage(),
    'docs/reference/verdicts.md': verdictsPage(),
  };
}
