import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { openPage } from './site.js';

/** Ways to write the digits: strokes of points, in hundredths of the pad from its upper left corner. */
export const WRITTEN: readonly (readonly (readonly [number, number])[])[][] = [
  [
    [
      [50, 12],
      [32, 24],
      [26, 50],
      [32, 76],
      [50, 88],
      [68, 76],
      [74, 50],
      [68, 24],
      [50, 12],
    ],
  ],
  [
    [
      [52, 12],
      [50, 50],
      [48, 88],
    ],
  ],
  [
    [
      [25, 30],
      [35, 14],
      [55, 10],
      [70, 20],
      [70, 35],
      [55, 55],
      [35, 75],
      [22, 90],
      [50, 88],
      [80, 90],
    ],
  ],
  [
    [
      [25, 15],
      [50, 10],
      [68, 20],
      [65, 38],
      [45, 47],
      [68, 55],
      [75, 72],
      [60, 90],
      [35, 92],
      [20, 85],
    ],
  ],
  [
    [
      [30, 10],
      [22, 50],
      [78, 50],
    ],
    [
      [66, 10],
      [62, 92],
    ],
  ],
  [
    [
      [75, 12],
      [35, 12],
      [32, 45],
      [55, 42],
      [72, 55],
      [70, 78],
      [50, 92],
      [25, 86],
    ],
  ],
  [
    [
      [65, 10],
      [40, 35],
      [28, 65],
      [38, 88],
      [60, 88],
      [68, 70],
      [55, 55],
      [32, 65],
    ],
  ],
  [
    [
      [22, 15],
      [76, 13],
      [56, 50],
      [42, 90],
    ],
  ],
  [
    [
      [55, 48],
      [32, 30],
      [40, 12],
      [60, 12],
      [65, 30],
      [45, 50],
      [30, 70],
      [40, 90],
      [62, 90],
      [68, 70],
      [50, 48],
    ],
  ],
  [
    [
      [70, 20],
      [50, 12],
      [35, 28],
      [45, 45],
      [68, 38],
      [70, 20],
      [68, 60],
      [60, 92],
    ],
  ],
];

/** A page with a model that can read: it has trained for some epochs on the built-in digits. */
export async function openTrained(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
) {
  const opened = await openPage(browser, `${address}#backend=simd&data=digits`, options);
  const { page } = opened;
  await button(page, 'Play').click();
  await page.waitForFunction(
    () =>
      Number(/[\d.]+/.exec(document.querySelector('[data-testid=epoch]')?.textContent ?? '')) >= 40,
  );
  await button(page, 'Pause').click();
  await button(page, 'Play').waitFor();
  return opened;
}

export function button(page: Page, name: string) {
  return page.getByRole('button', { name, exact: true });
}

/** Corners of the pad on the screen. */
export async function padBox(page: Page) {
  const pad = page.getByLabel('Drawing pad');
  await pad.scrollIntoViewIfNeeded();
  return (await pad.boundingBox()) as { x: number; y: number; width: number; height: number };
}

export async function drawByMouse(page: Page, digit: number): Promise<void> {
  const { x, y, width, height } = await padBox(page);
  for (const stroke of WRITTEN[digit] ?? []) {
    for (const [index, [px, py]] of stroke.entries()) {
      await page.mouse.move(x + (px * width) / 100, y + (py * height) / 100, { steps: 3 });
      if (index === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
}

export async function drawByTouch(page: Page, digit: number): Promise<void> {
  for (const way of await waysOf(page, digit)) await touch(page, way);
}

export async function drawByPen(page: Page, digit: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const common = { pointerType: 'pen', button: 'left', clickCount: 1, force: 0.5 } as const;
  type Kind = 'mousePressed' | 'mouseMoved' | 'mouseReleased';
  const send = (type: Kind, at: { x: number; y: number }, buttons: number) =>
    session.send('Input.dispatchMouseEvent', { type, ...at, ...common, buttons });
  for (const way of await waysOf(page, digit)) {
    const [first, last] = [way[0], way.at(-1)];
    if (first === undefined || last === undefined) continue;
    await send('mousePressed', first, 1);
    for (const point of way) await send('mouseMoved', point, 1);
    await send('mouseReleased', last, 0);
  }
  await session.detach();
}

/** Places on the screen along each stroke of a digit. */
async function waysOf(page: Page, digit: number) {
  const { x, y, width, height } = await padBox(page);
  return (WRITTEN[digit] ?? []).map((stroke) => {
    const points = stroke.map(([px, py]) => ({
      x: x + (px * width) / 100,
      y: y + (py * height) / 100,
    }));
    return points.flatMap((point, index) => partsOfWay(points[index - 1] ?? point, point));
  });
}

function partsOfWay(from: { x: number; y: number }, to: { x: number; y: number }) {
  return [1 / 3, 2 / 3, 1].map((share) => ({
    x: from.x + share * (to.x - from.x),
    y: from.y + share * (to.y - from.y),
  }));
}

/** One finger, down at the first point and up at the last. */
export async function touch(page: Page, points: readonly { x: number; y: number }[]) {
  const session = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: { x: number; y: number }[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: at });
  for (const [index, point] of points.entries()) {
    await send(index === 0 ? 'touchStart' : 'touchMove', [point]);
  }
  await send('touchEnd', []);
  await session.detach();
}

/** What the page says it reads; the empty string for nothing. */
export async function readAs(page: Page): Promise<string> {
  const text = (await page.getByTestId('read-as').textContent()) ?? '';
  return /^Read as (\S+)/.exec(text)?.[1] ?? '';
}
