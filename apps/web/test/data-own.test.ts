import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { encodeIdx } from '@softreg/idx';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  fileOf,
  fourOf,
  gzipped,
  hugeHeader,
  imageBytes,
  labelBytes,
  pairOf,
} from './data-files.js';
import { asPicked, dropOn, problemsOf } from './data-pages.js';
import { button, epochOf, trainEpoch, untilEpoch } from './run-pages.js';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite } from './site.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DIGITS =
  '10,000 images to train, 2,000 to validate, 2,000 to test. 28 x 28 pixels, 10 classes.';
const LONG = `${'NoPlaceToBreakALine'.repeat(6)}.idx`;

const [PICTURES, CLASSES] = pairOf({ count: 12 });
const bomb = gzipSync(Buffer.concat([imageBytes({ count: 12 }), Buffer.alloc(2 ** 24)]));

/** Files, and what the page says of them in English and Chinese. */
const BAD: readonly [string, readonly File[], string, string][] = [
  [
    'not IDX',
    [fileOf('cat.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), CLASSES],
    'cat.png: expected an IDX file, gzipped or raw, found a file that begins with 0x89 0x50; choose the data set’s files and no others',
    '文件无效：cat.png：应为 IDX 文件（原始或经 gzip 压缩），实际为以 0x89 0x50 开头的文件；请只选择数据集的文件',
  ],
  [
    'a gzip bomb',
    [fileOf('bomb.gz', bomb), CLASSES],
    'bomb.gz: expected the end of the file after 376 bytes, as its header says, found more bytes (at byte 376); replace the file with a good copy',
    '文件无效：bomb.gz：应为文件在 376 字节后结束，如文件头所述，实际为更多字节（第 376 字节处）；请换用完好的文件',
  ],
  [
    'a .gz that is no gzip',
    [PICTURES, fileOf('classes.gz', Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4))],
    'classes.gz: expected a complete gzip stream, found a damaged or cut one: ',
    '文件无效：classes.gz：应为完整的 gzip 数据，实际为损坏或被截断的数据（第 0 字节处）；请换用完好的文件',
  ],
  [
    'three files',
    [PICTURES, CLASSES, fileOf('third', labelBytes({ count: 1 }))],
    'files: expected 2 or 4 files, found 3 (pictures.idx, classes.idx, third); choose images and their labels, or the four files of a set like MNIST',
    '文件数量不符：文件：应为 2 个或 4 个文件，实际为 3 个（pictures.idx, classes.idx, third）；请选择图像及其标签，或类似 MNIST 的四个文件',
  ],
  [
    'a header of huge images',
    [fileOf(LONG, hugeHeader(1, 70_000, 70_000)), CLASSES],
    `${LONG}: expected images of at most 16384 pixels, found 70000 x 70000; choose smaller images`,
    `数据太大：${LONG}：应为每张至多 16384 像素的图像，实际为 70000 x 70000；请选择更小的图像`,
  ],
];

describe.skipIf(CHROMIUM === undefined)("the user's own files", { timeout: 120_000 }, () => {
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

  async function open(options = {}, fragment = '#backend=simd') {
    const opened = await openPage(browser, `${site.address}${fragment}`, options);
    pages.push(opened.page);
    opened.page.setDefaultTimeout(30_000);
    return opened;
  }

  test('bad ones are told in a sentence of the chosen language, and the run goes on', async () => {
    // A run that does not end meanwhile.
    const slow = '#backend=simd&batch=1&patience=100000000';
    const { page, faults } = await open({ viewport: { width: 390, height: 844 } }, slow);
    await button(page, 'Play').click();
    await untilEpoch(page, 0.1);
    const language = page.locator('.choices select').first();
    for (const [, files, english, chinese] of BAD) {
      const before = await epochOf(page);
      await dropOn(page, files);
      await page.getByText(english).waitFor();
      const said = await problemsOf(page);
      expect(said).toHaveLength(1);
      expect(said[0]?.startsWith(english)).toBe(true);
      await language.selectOption('zh');
      expect(await problemsOf(page)).toEqual([chinese]);
      await language.selectOption('en');
      await page.getByText(DIGITS).waitFor();
      expect(await page.getByLabel('What to train on').inputValue()).toBe('digits');
      await untilEpoch(page, before + 0.1);
    }
    // The last of them has a long name.
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBeLessThanOrEqual(390);
    await button(page, 'Pause').waitFor();
    await dropOn(page, [fileOf(LONG, imageBytes({ count: 12 })), CLASSES]);
    await page.getByText('Your own files; they do not leave this browser.').waitFor();
    expect(await page.locator('#data select').textContent()).toContain(LONG);
    expect(await width()).toBeLessThanOrEqual(390);
    expect(faults).toEqual([]);
  });

  test('a pair of any size by drop, and four by the picker, in the place of the digits', async () => {
    const { page, faults } = await open({ bypassCSP: true }, '#backend=simd&patience=400');
    await dropOn(page, [PICTURES]);
    await page.getByText('files: expected 2 or 4 files').waitFor();
    const size = { count: 90, height: 7, width: 4, classes: 3 };
    const [images] = pairOf(size);
    await dropOn(page, [gzipped('kinds.gz', labelBytes(size)), images]);
    await page
      .getByText(
        '62 images to train, 13 to validate, 15 to test. 7 x 4 pixels, 3 classes. Minibatches have 13 images, since a set has no more.',
      )
      .waitFor();
    expect(await page.getByLabel('What to train on').inputValue()).toBe('files');
    expect(await problemsOf(page)).toEqual([]);
    await page.getByText('Your own files; they do not leave this browser.').waitFor();
    expect(await page.getByLabel('Images a minibatch').inputValue()).toBe('13');
    await trainEpoch(page, 1);
    // Each class has a pixel of its own.
    await button(page, 'Play').click();
    await page.getByText('ended: patience ran out').waitFor();
    await page.getByText('This model reads images of 7 x 4 pixels').waitFor();
    const confusion = page.locator('.confusion tbody tr');
    await page.waitForFunction(
      () => document.querySelector('.confusion tbody button')?.textContent === '5',
    );
    expect(
      await confusion.evaluateAll((rows) =>
        rows.map((row) => [...row.querySelectorAll('button')].map((cell) => cell.textContent)),
      ),
    ).toEqual([
      ['5', '0', '0'],
      ['0', '5', '0'],
      ['0', '0', '5'],
    ]);

    const train = { count: 1200, classes: 12 };
    await page
      .getByLabel('Choose IDX files')
      .setInputFiles(await asPicked(fourOf(train, { count: 700, classes: 12 })));
    await page
      .getByText('1,000 images to train, 200 to validate, 700 to test. 6 x 5 pixels, 12 classes.')
      .waitFor();
    expect(await page.getByLabel('Images a minibatch').inputValue()).toBe('200');
    await trainEpoch(page, 1);
    await page.evaluate(AXE);
    const found = await page.evaluate(() =>
      (
        globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }
      ).axe.run(),
    );
    expect(found.violations.map(({ id }) => id)).toEqual([]);

    await page.getByLabel('What to train on').selectOption('digits');
    await page.getByText(DIGITS).waitFor();
    await page.getByText('Drawn in this page; nothing was downloaded.').waitFor();
    expect(await page.getByLabel('Images a minibatch').inputValue()).toBe('600');
    await trainEpoch(page, 1);
    expect(faults).toEqual([]);
  });

  test('images that are shown are those of the data', async () => {
    const { page, faults } = await open();
    const mistakes = page.locator('.mistakes canvas');
    await mistakes.first().waitFor();
    // As large as those before, and all gray.
    const gray = new Uint8Array(90 * 784).fill(100);
    const images = encodeIdx({ type: 'uint8', shape: [90, 28, 28], data: gray });
    await dropOn(page, [fileOf('gray', images), fileOf('kinds', labelBytes({ count: 90 }))]);
    await page.getByText('Your own files; they do not leave this browser.').waitFor();
    await page.waitForFunction(() => {
      const shown = [...document.querySelectorAll('.mistakes canvas')] as HTMLCanvasElement[];
      const isGray = (canvas: HTMLCanvasElement) => {
        const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
          0,
          0,
          canvas.width,
          canvas.height,
        );
        return data.every((value, index) => value === (index % 4 === 3 ? 255 : 100));
      };
      return shown.length === 10 && shown.every(isGray);
    });
    expect(faults).toEqual([]);
  });

  test('a drop shows where it goes, and text that is dragged is left alone', async () => {
    const { page } = await open();
    const drag = (type: string, kind: 'file' | 'text') =>
      page
        .locator('footer, .page')
        .first()
        .evaluate(
          (element, [name, what]) => {
            const dataTransfer = new DataTransfer();
            if (what === 'file') dataTransfer.items.add(new File(['x'], 'x'));
            else dataTransfer.setData('text/plain', 'x');
            const init = { dataTransfer, bubbles: true, cancelable: true };
            const event = new DragEvent(name as string, init);
            element.dispatchEvent(event);
            return event.defaultPrevented;
          },
          [type, kind],
        );
    expect(await drag('dragover', 'text')).toBe(false);
    expect(await drag('drop', 'text')).toBe(false);
    expect(await page.getByText('Drop the files here').count()).toBe(0);
    expect(await drag('dragover', 'file')).toBe(true);
    await page.getByText('Drop the files here').waitFor();
    await drag('dragleave', 'file');
    await page.getByText('Drop the files here').waitFor({ state: 'detached' });
    await drag('dragover', 'file');
    await page.getByText('Drop the files here').waitFor();
    expect(await drag('drop', 'file')).toBe(true);
    await page.getByText('Drop the files here').waitFor({ state: 'detached' });
    await page.getByText('files: expected 2 or 4 files, found 1 (x);').waitFor();
    await button(page, 'Dismiss').click();
    expect(await problemsOf(page)).toEqual([]);
  });
});
