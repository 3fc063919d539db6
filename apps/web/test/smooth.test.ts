import type { Browser, CDPSession, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { drawByMouse, readAs } from './draw-pages.js';
import { button, epochOf, LONG_RUN, playFor, untilEpoch } from './run-pages.js';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite, untilOpen } from './site.js';

/** No task of the page's own thread takes longer. */
const LONGEST_MS = 50;

describe.skipIf(CHROMIUM === undefined)('a page that trains', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;
  const pages: Page[] = [];
  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), serveSite()]);
  }, 180_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  test('is never busy for long, while it plays at full speed and is drawn on', async () => {
    const { page } = await openPage(browser, `${site.address}#backend=simd&patience=1000000`);
    pages.push(page);
    await button(page, 'Play').click();
    await untilEpoch(page, 3);
    await browser.startTracing(page, {
      categories: ['toplevel', 'disabled-by-default-devtools.timeline'],
    });
    const then = await epochOf(page);
    for (const digit of [0, 7]) {
      await drawByMouse(page, digit);
      expect(await readAs(page)).not.toBe('');
      await button(page, 'Clear').click();
    }
    await page.getByRole('slider').press('Home');
    await page.getByRole('slider').press('End');
    await untilEpoch(page, then + 100);
    const tasks = tasksOf((await browser.stopTracing()).toString());
    expect(tasks.length).toBeGreaterThan(200);
    expect(Math.max(...tasks)).toBeLessThan(LONGEST_MS);
  });

  test('is told each point once, ten times a second at most, and of the last good state in one piece', async () => {
    const context = await browser.newContext({ locale: 'en-US', serviceWorkers: 'block' });
    await context.addInitScript(listen);
    const page = await context.newPage();
    pages.push(page);
    await page.goto(`${site.address}${LONG_RUN}`);
    await untilOpen(page);
    const began = Date.now();
    await playFor(page, 4);
    await button(page, 'Pause').click();
    await button(page, 'Play').waitFor();
    const seconds = (Date.now() - began) / 1000;
    const epochs = await epochOf(page);
    const heard = await page.evaluate(
      () => (globalThis as unknown as { heard: Record<string, Heard[]> }).heard,
    );
    const { snapshot = [], saved = [] } = heard;
    const places = snapshot.flatMap(({ epochs: told }) => told);
    expect(places).toEqual(places.map((_, index) => index + 1));
    // What the page says is rounded.
    expect(Math.abs(places.length + 0.5 - epochs)).toBeLessThan(0.51);
    // Of Play, Pause and the state before, too.
    expect(snapshot.length).toBeLessThan(10 * seconds + 10);
    expect(saved.length).toBeGreaterThan(0);
    expect(saved.length).toBeLessThan(seconds + 1);
    // However long the history is.
    expect(new Set(saved.map(({ objects }) => objects)).size).toBe(1);
  });

  test('trains on in a tab that is hidden', async () => {
    const session = await browser.newBrowserCDPSession();
    const tab = await openTab(session, `${site.address}${LONG_RUN}`);
    await expect
      .poll(() => tab.evaluate("document.querySelector('main[aria-busy=false]') !== null"), {
        timeout: 60_000,
      })
      .toBe(true);
    const click = (name: string) =>
      tab.evaluate(`(() => {
        const all = [...document.querySelectorAll('button')];
        const found = all.find((button) => button.textContent === '${name}' && !button.disabled);
        found?.click();
        return found !== undefined;
      })()`);
    await expect.poll(() => click('Play'), { timeout: 60_000 }).toBe(true);
    const epoch = async () =>
      Number(
        await tab.evaluate(
          `/[\\d.]+/.exec(document.querySelector('[data-testid=epoch]').textContent)[0]`,
        ),
      );
    await expect.poll(epoch, { timeout: 30_000 }).toBeGreaterThan(1);
    const other = await openTab(session, 'about:blank');
    await session.send('Target.activateTarget', { targetId: other.targetId });
    await expect.poll(() => tab.evaluate('document.visibilityState')).toBe('hidden');
    const then = await epoch();
    await expect.poll(epoch, { timeout: 30_000 }).toBeGreaterThan(then + 20);
    expect(await tab.evaluate('document.visibilityState')).toBe('hidden');
    for (const { targetId } of [tab, other]) await session.send('Target.closeTarget', { targetId });
    await session.detach();
  });
});

/** Milliseconds of the processor that each task of the pages' own threads took: what else the machine does is not in it. */
function tasksOf(trace: string): number[] {
  interface TraceEvent {
    readonly name: string;
    readonly pid: number;
    readonly tid: number;
    readonly tdur?: number;
    readonly args: { readonly name?: string };
  }
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const threads = traceEvents
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(threadOf);
  return traceEvents
    .filter((event) => event.name === 'RunTask' && threads.includes(threadOf(event)))
    .flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]));
}

/** What the worker said in one message. */
interface Heard {
  /** Epochs of the curve's points. */
  readonly epochs: number[];
  /** Objects and arrays in it, typed arrays as one each. */
  readonly objects: number;
}

/** Runs in the page: listens to what crosses from the worker, by the name of the event. */
function listen(): void {
  const heard: Record<string, Heard[]> = {};
  Object.assign(globalThis, { heard });
  const count = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 0;
    if (ArrayBuffer.isView(value)) return 1;
    return 1 + Object.values(value).reduce((sum: number, part) => sum + count(part), 0);
  };
  const real = MessagePort.prototype.start;
  MessagePort.prototype.start = function start() {
    this.addEventListener('message', ({ data }) => {
      const [name] = data?.path ?? [];
      if (typeof name !== 'string') return;
      const told = data.argumentList?.[0]?.value;
      heard[name] ??= [];
      heard[name].push({
        epochs: (told?.curves?.epochs ?? []).map(({ epoch }: { epoch: number }) => epoch),
        objects: count(told),
      });
    });
    real.call(this);
  };
}

/** A tab that Playwright has no hand in: those that it has are never hidden. */
async function openTab(session: CDPSession, url: string) {
  const { targetId } = await session.send('Target.createTarget', { url });
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  let asked = 0;
  const evaluate = (expression: string): Promise<unknown> =>
    new Promise((resolve) => {
      asked += 1;
      const id = asked;
      const listener = (event: { sessionId: string; message: string }) => {
        const answer = JSON.parse(event.message);
        if (event.sessionId !== sessionId || answer.id !== id) return;
        session.off('Target.receivedMessageFromTarget', listener);
        resolve(answer.result?.result?.value);
      };
      session.on('Target.receivedMessageFromTarget', listener);
      const params = { expression, returnByValue: true };
      const message = JSON.stringify({ id, method: 'Runtime.evaluate', params });
      void session.send('Target.sendMessageToTarget', { sessionId, message });
    });
  return { targetId, evaluate };
}
