import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's. It brings no browser of its own over the network. */
const EXECUTABLE = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find(existsSync) ?? '/usr/bin/chromium';

export function launch(): Promise<Browser> {
  // Chromium's sandbox refuses root, and /dev/shm is tiny in containers.
  return chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A page as a reader opens it, and everything that it did beside being read. */
export interface Reading extends AsyncDisposable {
  readonly page: Page;
  /** Addresses that were asked for, but the page itself. */
  readonly requests: readonly string[];
  /** Lines of the console, and errors. */
  readonly complaints: readonly string[];
}

export interface ReadingOptions {
  readonly scheme?: 'light' | 'dark';
  readonly width?: number;
}

/** Opens the file. Any request but for the file itself is noted and refused. */
export async function read(browser: Browser, file: string, options: ReadingOptions = {}): Promise<Reading> {
  const { scheme = 'light', width = 1280 } = options;
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const address = `file://${file}`;
  const [requests, complaints]: [string[], string[]] = [[], []];
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url === address) return route.continue();
    requests.push(url);
    return route.abort();
  });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  await page.goto(address);
  return { page, requests, complaints, [Symbol.asyncDispose]: () => page.close() };
}
