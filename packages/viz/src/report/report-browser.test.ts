import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { sampleReport } from '../testing/sample-report.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const reason = executablePath ? '' : ' (skipped: no Chromium in /usr/bin; install it with apt-get install chromium)';

/** Runs in the page. Returns the smallest contrast between texts of the page, outside figures, and their backgrounds. */
const leastContrast = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => channels(color).slice(0, 3).reduce((sum, value, i) => {
    const share = value / 255;
    return sum + [.2126, .7152, .0722][i] * (share <= .04045 ? share / 12.92 : ((share + .055) / 1.055) ** 2.4);
  }, 0);
  const background = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return (channels(backgroundColor)[3] ?? 1) > 0 || !element.parentElement ? backgroundColor : background(element.parentElement);
  };
  const texts = [...document.querySelectorAll('body *')].filter((one) => !one.closest('svg') && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return Math.min(...texts.map((one) => {
    const [dark, light] = [luminance(getComputedStyle(one).color), luminance(background(one))].sort((a, b) => a - b);
    return (light + .05) / (dark + .05);
  }));
})()`;

/** Runs in the page. Returns the height in pixels of the smallest letters of the figures. */
const smallestLetters = `Math.min(...[...document.querySelectorAll('.sheet svg text')].map((text) => {
  const { a, b } = text.getScreenCTM();
  return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
}))`;

(executablePath ? describe : describe.skip)(`a report page in Chromium${reason}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  }, 60_000);
  afterAll(() => browser.close());

  async function open(width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    await page.setContent(sampleReport());
    return page;
  }

  test.each([400, 1280])('%d px wide: nothing is wider than the page, and figures are readable', async (width) => {
    const page = await open(width);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width);
    expect(await page.evaluate<number>(smallestLetters)).toBeGreaterThan(8.5);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('texts have enough contrast in %s mode', async (scheme) => {
    const page = await open(1280, scheme);
    // WCAG 2.2, level AA.
    expect(await page.evaluate<number>(leastContrast)).toBeGreaterThan(4.5);
    const paper = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    expect(paper).toBe(scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(22, 24, 28)');
    await page.close();
  });

  test('the first key stop skips to the results, visibly', async () => {
    const page = await open(400);
    expect(await page.evaluate<number>(`document.querySelector('.skip').getBoundingClientRect().right`)).toBeLessThan(
      1,
    );
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.className')).toBe('skip');
    expect(await page.evaluate<number>('document.activeElement.getBoundingClientRect().left')).toBe(0);
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await page.evaluate<string>('location.hash')).toBe('#results');
    await page.close();
  });

  test('boxes that are wider than the page scroll with the arrow keys', async () => {
    const page = await open(400);
    const wide = await page.evaluate<number>(
      `[...document.querySelectorAll('[tabindex="0"]')].filter((box) => box.scrollWidth > box.clientWidth).length`,
    );
    expect(wide).toBeGreaterThan(2);
    const others = await page.evaluate<number>(
      `[...document.querySelectorAll('main *:not([tabindex])')].filter((box) => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === 'auto').length`,
    );
    expect(others).toBe(0);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.className')).toBe('scroll');
    await page.keyboard.press('ArrowRight');
    // The page's policy forbids waitForFunction, which evaluates text in the page.
    let scrolled = 0;
    for (let turn = 0; turn < 100 && scrolled === 0; turn++) {
      await page.waitForTimeout(50);
      scrolled = await page.evaluate<number>('document.activeElement.scrollLeft');
    }
    expect(scrolled).toBeGreaterThan(0);
    await page.close();
  });

  test('makes no request and logs nothing', async () => {
    const page = await browser.newPage();
    const told: string[] = [];
    page.on('request', (request) => told.push(request.url()));
    page.on('console', (message) => told.push(message.text()));
    page.on('pageerror', (error) => told.push(error.message));
    await page.setContent(sampleReport());
    await page.waitForLoadState('networkidle');
    expect(told).toEqual([]);
    await page.close();
  });
});
