import { type Html, type HtmlChild, html } from '../html.ts';
import { iconAddress, styleAddress } from '../style/asset-addresses.ts';

export interface PageContent {
  readonly title: string;
  /** The entry of the navigation this page belongs to. */
  readonly section?: 'incidents' | 'overview';
  readonly main: HtmlChild;
}

/** What every page has around it. */
export function pageLayout({ title, section, main }: PageContent): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${iconAddress}" type="image/svg+xml">
<link rel="stylesheet" href="${styleAddress}">
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><nav aria-label="Main">
<a class="brand" href="/"${current(section === 'overview')}><img src="${iconAddress}" alt="" width="20" height="20">systemd-stop-exporter</a>
<a href="/incidents"${current(section === 'incidents')}>Incidents</a>
</nav></header>
<main id="main">
${main}
</main>
</body>
</html>
`;
}

function current(isCurrent: boolean): Html | undefined {
  return isCurrent ? html` aria-current="page"` : undefined;
}
