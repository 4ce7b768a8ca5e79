import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareReports, renderComparisonHtml, renderHtml } from '@bridge/chaos-recovery';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileReport } from '../../packages/recovery/test/report/hostile-report.ts';
import { HOSTILE, richReport } from '../../packages/recovery/test/report/rich-report.ts';
import { launch, read } from './browser.ts';

let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-browser-'));
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

async function written(name: string, html: string): Promise<string> {
  const file = join(folder, `${name}.html`);
  await writeFile(file, html);
  return file;
}

/** Left edge, right edge and middle of something drawn, in pixels of the page. */
async function box(page: Page, selector: string): Promise<{ left: number; right: number; middle: number }> {
  const found = await page.locator(selector).first().boundingBox();
  if (found === null) throw new Error(`${selector} is not to be seen`);
  return { left: found.x, right: found.x + found.width, middle: found.x + found.width / 2 };
}

/** Pixel of a moment (seconds since the start), from two phases whose ends are known. */
async function ruler(page: Page): Promise<(seconds: number) => number> {
  const baseline = await box(page, '[data-phase="baseline"] .phase-band');
  const recovery = await box(page, '[data-phase="recovery"] .phase-band');
  const perSecond = (recovery.right - baseline.left) / (89 - 1);
  return (seconds) => baseline.left + (seconds - 1) * perSecond;
}

describe('the report in a browser', () => {
  it('is read without a request, a script, or a complaint', async () => {
    const file = await written('rich', renderHtml(richReport()));
    await using reading = await read(browser, file);
    await expect(reading.page.title()).resolves.toBe('FAIL · orders survive a slow database · failed');
    expect(await reading.page.locator('h1').textContent()).toBe('orders survive a slow database');
    expect(await reading.page.locator('script, img, link, iframe, object').count()).toBe(0);
    expect(reading.requests).toEqual([]);
    expect(reading.complaints).toEqual([]);
  });

  it('draws phases, marks and faults where they belong on the axis of time', async () => {
    const file = await written('rich', renderHtml(richReport()));
    await using reading = await read(browser, file);
    const { page } = reading;
    const at = await ruler(page);
    const phases = await page
      .locator('[data-phase]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-phase')));
    expect(phases).toEqual(['prepare', 'baseline', 'failure', 'recovery', 'validation']);
    const failure = await box(page, '[data-phase="failure"] .phase-band');
    expect(failure.left).toBeCloseTo(at(30), -0.5);
    expect(failure.right).toBeCloseTo(at(56), -0.5);
    const marks = {
      request: 30.2,
      effect: 31,
      impact: 31.5,
      detect: 36.2,
      act: 38,
      removed: 56,
      recovered: 58.9,
      confirmed: 68.9,
    };
    for (const [mark, seconds] of Object.entries(marks)) {
      const { middle } = await box(page, `[data-mark="${mark}"] circle`);
      expect(middle, mark).toBeCloseTo(at(seconds), -0.5);
    }
    const held = await box(page, '[data-fault="0"] .fault-hold');
    expect(held.left).toBeCloseTo(at(31), -0.5);
    expect(held.right).toBeCloseTo(at(55.5), -0.5);
    const [effect, reversal] = [
      await box(page, '[data-fault="0"] [data-proof="effect"]'),
      await box(page, '[data-fault="0"] [data-proof="reversal"]'),
    ];
    expect(effect.middle).toBeCloseTo(at(31), -0.5);
    expect(reversal.middle).toBeCloseTo(at(56), -0.5);
    expect((await box(page, '[data-fault="2"] .fault-point')).middle).toBeCloseTo(at(41), -0.5);
  });

  it('covers no mark with another, and nothing runs out of the drawing', async () => {
    const file = await written('rich', renderHtml(richReport()));
    await using reading = await read(browser, file);
    const chart = await box(reading.page, 'svg.chart');
    const labels = reading.page.locator('.mark-name, .fault-name, .phase-name');
    const boxes = await labels.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    for (const label of boxes) {
      expect(label.left).toBeGreaterThanOrEqual(chart.left);
      expect(label.right).toBeLessThanOrEqual(chart.right);
    }
    const flags = await reading.page
      .locator('.mark-name')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    for (const [index, a] of flags.entries()) {
      for (const b of flags.slice(index + 1)) {
        const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top + 4 || b.bottom <= a.top + 4;
        expect(apart, `${JSON.stringify(a)} ${JSON.stringify(b)}`).toBe(true);
      }
    }
  });

  it('shows the numbers of a second under the pointer', async () => {
    const file = await written('rich', renderHtml(richReport()));
    await using reading = await read(browser, file);
    const second = reading.page.locator('[data-probe="orders-api"] [data-second="40"]');
    const readout = second.locator('.readout');
    await expect(readout.isVisible()).resolves.toBe(false);
    await second.locator('.hit').hover();
    await expect(readout.isVisible()).resolves.toBe(true);
    expect(await readout.textContent()).toMatch(/^second 40: p50 \d+ ms, p95 1\.\d+ s, \d+ % of 20 healthy$/);
  });

  it('has a table for all that is drawn, and names for those who hear it', async () => {
    const file = await written('rich', renderHtml(richReport()));
    await using reading = await read(browser, file);
    const { page } = reading;
    await expect(page.getByRole('img', { name: 'Time line of the run' }).count()).resolves.toBe(1);
    for (const name of ['Why', 'Time line', 'Faults', 'Objectives', 'Probes', 'Record']) {
      expect(await page.getByRole('region', { name }).count(), name).toBe(1);
    }
    await page.getByText('Marks, phases and signals as a table').click();
    await expect(page.getByRole('row', { name: /t_recovered 58\.9 s/ }).isVisible()).resolves.toBe(true);
    const fault = page.getByRole('row', { name: /network\.delay/ });
    expect(await fault.textContent()).toMatch(/seen present from outside.*hit 418 of 420.*seen absent from outside/s);
  });

  it('is dark where the reader wants it dark, by system or by switch, and readable in both', async () => {
    const file = await written('rich', renderHtml(richReport()));
    await using light = await read(browser, file, { scheme: 'light' });
    await using dark = await read(browser, file, { scheme: 'dark' });
    const [onLight, onDark] = [await colours(light.page), await colours(dark.page)];
    expect(onLight.page).toBeGreaterThan(0.8);
    expect(onDark.page).toBeLessThan(0.1);
    expect(onLight.contrast).toBeGreaterThan(7);
    expect(onDark.contrast).toBeGreaterThan(7);
    await dark.page.getByText('light', { exact: true }).click();
    expect((await colours(dark.page)).page).toBeGreaterThan(0.8);
  });

  it('fits a narrow screen without scrolling sideways as a whole', async () => {
    const file = await written('rich', renderHtml(richReport()));
    await using reading = await read(browser, file, { width: 390 });
    const overflow = await reading.page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
  });
});

describe('a hostile report in a browser', () => {
  const names = Object.values(HOSTILE);

  it('shows every name as text and does nothing with it', async () => {
    const file = await written('hostile', renderHtml(hostileReport()));
    await using reading = await read(browser, file);
    const { page } = reading;
    expect(reading.requests).toEqual([]);
    expect(reading.complaints).toEqual([]);
    expect(await page.title()).toContain('<script>document.title = "owned"</script>');
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await page.locator('style').count()).toBe(1);
    await expect(page.locator('h1').isVisible()).resolves.toBe(true);
    expect(await page.locator('h1').textContent()).toBe(names.map(shown).join(' '));
    expect(await page.locator('[data-probe]').count()).toBe(names.length);
  });

  it('is safe even from markup that was never escaped: the policy stops it', async () => {
    const honest = renderHtml(richReport());
    const breached = honest.replace(
      '<footer>',
      '<script>document.title = "owned"</script><img src="http://127.0.0.1:9/x"><style>h1{display:none}</style><footer>',
    );
    await using reading = await read(browser, await written('breached', breached));
    expect(await reading.page.title()).not.toBe('owned');
    await expect(reading.page.locator('h1').isVisible()).resolves.toBe(true);
    expect(reading.requests).toEqual([]);
    expect(reading.complaints.join('\n')).toMatch(/Content Security Policy/);
  });

  function shown(name: string): string {
    return name
      .toWellFormed()
      .replaceAll(
        /[\p{Cc}\u202e\u2066]/gu,
        (one) => `‹U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
      );
  }
});

describe('two runs in a browser', () => {
  it('lie over each other, with what got worse and no request', async () => {
    const after = richReport();
    const before = richReport({ id: 'run-before', verdict: 'held', passed: true });
    const file = await written('comparison', renderComparisonHtml(compareReports(before, after)));
    await using reading = await read(browser, file);
    expect(reading.complaints).toEqual([]);
    expect(reading.requests).toEqual([]);
    expect(await reading.page.locator('[data-probe="orders-api"] .before-line').count()).toBe(1);
    expect(await reading.page.locator('[data-probe="orders-api"] .after-line').count()).toBe(1);
    expect(await reading.page.locator('main').textContent()).toMatch(/failed, held before/);
  });
});

/** Luminance of the page, and contrast of text on a card (WCAG 2.2). */
async function colours(page: Page): Promise<{ readonly page: number; readonly contrast: number }> {
  const styleOf = (selector: string, property: string): Promise<string> =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
  const back = await styleOf('body', 'backgroundColor');
  const [card, ink] = [await styleOf('.card', 'backgroundColor'), await styleOf('h1', 'color')];
  const [a, b] = [luminance(card), luminance(ink)];
  return { page: luminance(back), contrast: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) };
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
