import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServingExporter, startDemo, startServe } from './support/exporter.ts';
import { isInstalled, pathOf } from './support/installed.ts';
import { loggedTraceIds, recordedStops } from './support/recorded-stops.ts';
import { recordsOfStops } from './support/records.ts';
import { servedIncidents, stopsCounted } from './support/served.ts';
import { sidewaysScroll, visit } from './support/visit.ts';

/**
 * CI keeps what is here. Of the README's pictures `incidents.png` is a copy of `incidents-desktop.png`, and `incident.png`
 * the upper part of `incident-desktop.png`, down to the waterfall.
 */
const artifacts = 'artifacts/screenshots';

const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const screens = { desktop, phone, dark: { ...desktop, colorScheme: 'dark' } } as const;

/** Chromium as root in a container, without a graphics card, talking to nobody. */
const quiet = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`);

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

async function boxesOf(elements: Locator): Promise<readonly Box[]> {
  const boxes = await Promise.all((await elements.all()).map((element) => element.boundingBox()));
  return boxes.filter((box) => box !== null);
}

/** How much of the elements can only be seen by scrolling within them, in pixels. */
function hiddenHeights(elements: Locator): Promise<number> {
  return elements.evaluateAll((all) => all.reduce((sum, { scrollHeight, clientHeight }) => sum + scrollHeight - clientHeight, 0));
}

function middle({ x, width }: Box): number {
  return x + width / 2;
}

describe.skipIf(!isInstalled('chromium'))('Chromium', () => {
  let demo: ServingExporter;
  let browser: Browser;
  let traceIds: readonly string[];
  beforeAll(async () => {
    mkdirSync(artifacts, { recursive: true });
    demo = await startDemo();
    traceIds = loggedTraceIds(demo.process.stdout);
    const args = ['--no-sandbox', '--no-first-run', ...quiet];
    browser = await chromium.launch({ executablePath: pathOf('chromium'), args });
  }, 45_000);
  afterAll(async () => {
    await browser?.close();
    await demo?.[Symbol.asyncDispose]();
  });

  const addressOf = (stop: number) => `${demo.base}/incidents/${traceIds[stop]}`;
  const pages = {
    landing: { path: () => '/', heading: /^systemd-stop-exporter/ },
    incidents: { path: () => '/incidents', heading: /^Incidents$/ },
    incident: {
      path: () => `/incidents/${traceIds[0]}`,
      heading: /^ovs-vswitchd\.service stopped: requested by systemctl\[11733\]/,
    },
  };
  const views = Object.keys(pages).flatMap((name) =>
    Object.keys(screens).map((screen) => [name, screen] as const),
  ) as readonly (readonly [keyof typeof pages, keyof typeof screens])[];

  test.each(views)('shows %s (%s)', async (name, screen) => {
    const { path, heading } = pages[name];
    await using opened = await visit(browser, demo.base + path(), screens[screen]);
    const { page, complaints } = opened;
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(heading);
    expect(await sidewaysScroll(page)).toBe(0);
    await page.screenshot({ path: join(artifacts, `${name}-${screen}.png`), fullPage: true });
    expect(complaints).toEqual([]);
  });

  test('is told by every answer to run no script and to frame nothing', async () => {
    for (const path of ['/', '/incidents', `/incidents/${traceIds[0]}`, '/metrics', '/-/ready', '/nowhere', '/incidents/x']) {
      const { headers } = await fetch(demo.base + path);
      const policy = headers.get('Content-Security-Policy') ?? '';
      expect([path, policy]).toEqual([path, expect.stringContaining("default-src 'none'")]);
      expect(policy).not.toMatch(/script-src|unsafe|\*|data:/);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('X-Frame-Options')).toBe('DENY');
    }
  });

  test('runs nothing of what a process calls itself and was called with', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hostile-'));
    const log = join(directory, 'stap.log');
    const weapon = `<img src=x onerror=document.title=1><script>document.title=1</script>\u202e'`;
    const records = recordsOfStops(['victim.service']).replace(
      'comm=systemctl',
      `comm="</title><x-w>" command="systemctl ${weapon} stop victim"`,
    );
    writeFileSync(log, records);
    await using hostile = await startServe([`--source.stap.log=${log}`]);
    await stopsCounted(hostile.base, 1);
    const [incident] = await servedIncidents(hostile.base);
    expect(incident?.sender?.command).toContain('<script>');
    for (const path of ['/', '/incidents', `/incidents/${incident?.trace_id}`]) {
      await using opened = await visit(browser, hostile.base + path, desktop);
      expect([path, opened.complaints, await opened.page.title()]).toEqual([path, [], expect.not.stringMatching(/^1$/)]);
      const elements = opened.page.locator('script, x-w, [onerror]');
      expect(await elements.evaluateAll((all) => all.map((element) => element.outerHTML))).toEqual([]);
    }
    rmSync(directory, { recursive: true });
  }, 120_000);

  test('leads from the list to the proof, without JavaScript', async () => {
    await using opened = await visit(browser, `${demo.base}/incidents`, { ...desktop, javaScriptEnabled: false });
    const { page, complaints } = opened;
    const stops = page.getByRole('main').getByRole('table').getByRole('link');
    expect(await stops.count()).toBe(recordedStops.length);
    await page.getByLabel('Cause').selectOption('cgroup-empty');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await stops.count()).toBe(1);
    await stops.click();
    expect(await page.title()).toMatch(/^ovs-vswitchd\.service stopped: cgroup-empty/);
    expect(await page.getByRole('region', { name: 'Proof' }).textContent()).toContain('manager_notify_cgroup_empty+0x77');
    const signal = page.getByRole('group').getByText('member=PropertiesChanged');
    expect(await signal.isVisible()).toBe(false);
    await page.locator('summary', { hasText: 'State of the unit' }).click();
    expect(await signal.isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test.each(['desktop', 'phone'] as const)(
    'shows the proof whole, and labels each line of the axis above its middle (%s)',
    async (screen) => {
      await using opened = await visit(browser, demo.base, screens[screen]);
      const { page } = opened;
      for (const stop of recordedStops.keys()) {
        await page.goto(addressOf(stop));
        expect([stop, await hiddenHeights(page.getByRole('region', { name: 'Proof' }).locator('pre'))]).toEqual([stop, 0]);
        const labels = await boxesOf(page.locator('.axis text'));
        const lines = await boxesOf(page.getByRole('region', { name: 'Waterfall' }).locator('tbody tr').first().locator('.grid'));
        expect(labels.map(middle)).toEqual(lines.map((line) => expect.closeTo(middle(line), 0)));
      }
    },
  );

  test('draws each span of the trace where it belongs in time', async () => {
    await using opened = await visit(browser, addressOf(3), desktop);
    const rows = opened.page.getByRole('region', { name: 'Waterfall' }).getByRole('row');
    expect(await rows.getByRole('rowheader').allInnerTexts()).toEqual(
      expect.arrayContaining(['stop sleepy.service', 'requested by systemctl', 'systemctl', 'systemd call path', 'service_stop']),
    );
    const barOf = async (name: string) => {
      const row = rows.filter({ has: opened.page.getByRole('rowheader', { name, exact: true }) });
      return (await row.locator('rect').boundingBox()) ?? { x: Number.NaN, width: Number.NaN };
    };
    const [stop, request, stopping] = [
      await barOf('stop sleepy.service'),
      await barOf('requested by systemctl'),
      await barOf('deactivating (stop-sigterm)'),
    ];
    expect(request.x).toBeCloseTo(stop.x, 0);
    expect(stopping.x).toBeGreaterThan(stop.x + stop.width / 2);
    expect(stopping.x + stopping.width).toBeLessThanOrEqual(stop.x + stop.width + 1);
    expect(Math.min(request.width, stopping.width)).toBeGreaterThan(1);
  });

  test('shows every stop on a phone without scrolling sideways', async () => {
    await using opened = await visit(browser, demo.base, phone);
    const { page, complaints } = opened;
    for (const stop of recordedStops.keys()) {
      await page.goto(addressOf(stop));
      await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
      expect([stop, await sidewaysScroll(page)]).toEqual([stop, 0]);
    }
    expect(complaints).toEqual([]);
  });
});
