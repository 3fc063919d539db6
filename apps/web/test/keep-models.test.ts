import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawDigits } from '@softreg/datasets';
import { type Prediction, predict, type SoftmaxRegression } from '@softreg/model';
import {
  decodeCompactModel,
  decodeModel,
  decodeNpzModel,
  decodeOnnxModel,
  decodeTfjsModel,
  encodeCompactModel,
  encodeModel,
  encodeNpzModel,
  encodeOnnxModel,
  encodeTfjsModel,
} from '@softreg/serialization';
import { seededRandom, temporaryFolder } from '@softreg/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { percentOf } from '../src/draw/percent.js';
import { downloaded, type FilePayload, openFiles } from './keep-pages.js';
import { button, epochOf, trainEpoch, untilEpoch } from './run-pages.js';
import { CHROMIUM, openBrowser, openPage, type Site, serveSite } from './site.js';

const inChromium = describe.skipIf(CHROMIUM === undefined);
const KEPT = 'Open a model or a checkpoint';
const PRETRAINED = fileURLToPath(new URL('../public/model/mnist.safetensors', import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TEST_IMAGES = drawDigits({ part: 'test', count: 2000 });

interface AxeResults {
  readonly violations: readonly { readonly id: string }[];
}

inChromium('a model', { timeout: 120_000 }, () => {
  let browser: Browser;
  let site: Site;
  const pages: Page[] = [];
  beforeAll(async () => {
    [browser, site] = await Promise.all([openBrowser(), serveSite()]);
  }, 120_000);
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(fragment: string, options: BrowserContextOptions = {}) {
    const opened = await openPage(browser, `${site.address}${fragment}`, options);
    pages.push(opened.page);
    return opened;
  }

  test('is downloaded in every form, and each is read again to the same bits', async () => {
    const { page, faults } = await open('#backend=simd');
    const pretrained = await decodeModel(readFileSync(PRETRAINED));
    await page.getByTestId('kept-model').getByText('Model: the pretrained model').waitFor();
    const get = async (form: string, file: string) => {
      await page.getByLabel('Form of the file').selectOption(form);
      const { name, bytes } = await downloaded(page, `Download ${file}`);
      expect(name).toBe(file);
      return bytes as Uint8Array<ArrayBuffer>;
    };
    const scripts = site.requests.length;
    expect(await decodeModel(await get('safetensors', 'model.safetensors'))).toEqual(pretrained);
    // What reads and writes files is loaded when it is asked for.
    expect(site.requests.slice(scripts).some((path) => /model-files/.test(path))).toBe(true);
    const bare = { ...pretrained, receipt: {} };
    const tfjs = {
      'model.json': await get('tfjs', 'model.json'),
      'weights.bin': await get('tfjs', 'weights.bin'),
    };
    expect(decodeTfjsModel(tfjs)).toEqual(bare);
    expect(await decodeNpzModel(await get('npz', 'model.npz'))).toEqual(bare);
    const onnx = await decodeOnnxModel(await get('onnx', 'model.onnx'));
    expect(onnx.parameters).toEqual(pretrained.parameters);
    const script = Buffer.from(await get('js', 'model.js')).toString('base64');
    const standalone = await import(`data:text/javascript;base64,${script}`);
    const image = TEST_IMAGES.images.subarray(0, 784);
    expect(standalone.predict(image).label).toBe(predict(pretrained, image)[0]?.label);

    await trainEpoch(page, 1);
    await page.getByTestId('kept-model').getByText('Model: now, following the training').waitFor();
    const { parameters, receipt } = await decodeModel(
      await get('safetensors', 'model.safetensors'),
    );
    expect(receipt).toMatchObject({ dataset: 'digits', backend: 'simd', epoch: '1' });
    expect(JSON.parse(receipt.settings as string)).toMatchObject({ learningRate: 0.13 });
    expect(parameters).not.toEqual(pretrained.parameters);
    expect(faults).toEqual([]);
  });

  test('is opened in every form, and reads drawings; the run goes on beside it', async () => {
    const { page, faults } = await open('#backend=simd');
    await button(page, 'Play').click();
    await button(page, '3').click();
    let seed = 1;
    const openModel = async (
      files: (model: SoftmaxRegression) => Promise<FilePayload[]> | FilePayload[],
      { pixelScale = 256, give = (all: FilePayload[]) => openFiles(page, KEPT, all) } = {},
    ) => {
      const model = randomModel(seed++, { pixelScale });
      const payloads = await files(model);
      await give(payloads);
      const name = payloads[0]?.name;
      await page.getByTestId('kept-status').getByText(`Showing the model in ${name}.`).waitFor();
      expect(await page.getByTestId('shown-epoch').textContent()).toBe(`the model in ${name}`);
      await page.getByTestId('read-as').getByText(readingOfThree(model)).waitFor();
      await page.getByText(`all images: ${errorsOf(model)} of 2000 wrong`).waitFor();
    };
    await openModel(async (model) => [{ name: 'a.safetensors', bytes: await encodeModel(model) }]);
    await openModel((model) => {
      const { 'model.json': description, 'weights.bin': weights } = encodeTfjsModel(model);
      return [
        { name: 'model.json', bytes: description },
        { name: 'weights.bin', bytes: weights },
      ];
    });
    const give = (files: FilePayload[]) => drop(page, files);
    await openModel(async (model) => [{ name: 'A.ONNX', bytes: await encodeOnnxModel(model) }], {
      give,
    });
    await openModel(async (model) => [{ name: 'a.npz', bytes: await encodeNpzModel(model) }], {
      pixelScale: 255,
    });
    await page
      .getByText('It was made for pixels divided by 255; its weights were scaled')
      .waitFor();
    await untilEpoch(page, (await epochOf(page)) + 2);
    await button(page, 'Now').click();
    await page.getByTestId('kept-model').getByText('Model: now, following the training').waitFor();
    expect(faults).toEqual([]);
  });

  test('that is none is refused in a sentence, and all is as before', async () => {
    const { page, faults } = await open('#backend=simd', { locale: 'zh-CN' });
    const zhKept = '打开模型或检查点';
    await button(page, '开始').click();
    const good = await encodeModel(randomModel(1));
    const damaged = good.slice();
    damaged[good.length - 5] = (damaged[good.length - 5] as number) ^ 1;
    const small = randomModel(1, { height: 20, width: 10, classes: 3 });
    const large = join(temporaryFolder(), 'large.onnx');
    writeFileSync(large, '');
    truncateSync(large, 65 * 2 ** 20);
    const tfjs = encodeTfjsModel(randomModel(1));
    const text = (value: string) => new TextEncoder().encode(value);
    const cases: [FilePayload[] | string[], RegExp][] = [
      [
        [{ name: 'small.safetensors', bytes: await encodeModel(small) }],
        /^small\.safetensors：应为与数据相符的模型（28 x 28 像素、10 个类别），实际为 20 x 10 像素、3 个类别；请先选择该形式的数据。$/,
      ],
      [[large], /^large\.onnx：文件应不超过 64 MB，实际为 65 MB；请选择模型或检查点。$/],
      [
        [{ name: 'model.json', bytes: tfjs['model.json'] }],
        /^model\.json：应为 TensorFlow\.js 的 model\.json 和 weights\.bin，实际只有其一；请同时选择两者。$/,
      ],
      [
        [
          { name: 'a.safetensors', bytes: good },
          { name: 'b.npz', bytes: good },
        ],
        /^a\.safetensors, b\.npz：应为一个模型或检查点/,
      ],
      [
        [
          { name: 'a.json', bytes: tfjs['model.json'] },
          { name: 'b.npz', bytes: good },
        ],
        /^a\.json, b\.npz：应为一个模型或检查点/,
      ],
      [[{ name: 'damaged.safetensors', bytes: damaged }], /damaged\.safetensors.*SHA-256/],
      [[{ name: 'none.safetensors', bytes: text('no model') }], /none\.safetensors/],
      [[{ name: 'none.npz', bytes: text('no model') }], /none\.npz/],
      [[{ name: 'none.onnx', bytes: text('no model') }], /none\.onnx/],
      [
        [
          { name: 'model.json', bytes: text('{}') },
          { name: 'weights.bin', bytes: tfjs['weights.bin'] },
        ],
        /model\.json, weights\.bin/,
      ],
    ];
    for (const [files, sentence] of cases) {
      await openFiles(page, zhKept, files);
      const notices = page.locator('.notices p');
      await notices.getByText(sentence).waitFor();
      expect(await notices.count()).toBe(1);
      expect(await page.getByTestId('kept-status').textContent()).toBe('');
      await button(page, '关闭').click();
    }
    await untilEpoch(page, (await epochOf(page)) + 2);
    expect(await page.getByTestId('shown-epoch').textContent()).toBe('当前，跟随训练');
    expect(faults).toEqual([]);
  });

  test('is copied in a link, which tells what it costs and opens it again', async () => {
    const { page, faults } = await open('#backend=simd&seed=7', {
      bypassCSP: true,
      serviceWorkers: 'block',
    });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const model = randomModel(4);
    // Weights of a pixel that is always black, so large that the others are rounded a lot.
    model.parameters.weights.fill(20, 0, 10);
    await openFiles(page, KEPT, [{ name: 'a.safetensors', bytes: await encodeModel(model) }]);
    await page.getByTestId('kept-model').getByText('Model: the model in a.safetensors').waitFor();
    await button(page, 'Copy a link with the model').click();
    const status = page.getByTestId('link-status');
    await status.getByText('Copied').waitFor();
    const link = await page.getByLabel('Link with the model').inputValue();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
    const compact = encodeCompactModel(model);
    const rounded = { ...decodeCompactModel(compact), receipt: {} };
    expect(link).toBe(`${site.address}#backend=simd&seed=7&model=${compact}`);
    const length = link.length.toLocaleString('en');
    expect(await status.textContent()).toBe(
      `Copied: a link of ${length} characters. Its weights have 8 bits: of 2,000 test images ` +
        `${errorsOf(rounded).toLocaleString('en')} are wrong, with all bits ${errorsOf(model).toLocaleString('en')}.`,
    );
    expect(errorsOf(rounded)).not.toBe(errorsOf(model));
    expect(page.url()).toBe(`${site.address}#backend=simd&seed=7`);

    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(part: string): Promise<AxeResults> } };
      return (await axe.run('#keep')).violations.map(({ id }) => id);
    });
    expect(violations).toEqual([]);

    await page.goto('about:blank');
    // The site's own model may come later.
    const shown = page.getByTestId('shown-epoch').getByText('the model of the link');
    await page.route('**/mnist.safetensors', async (route) => {
      await shown.waitFor();
      await route.continue();
    });
    const response = page.waitForResponse('**/mnist.safetensors');
    await page.goto(link);
    await (await response).finished();
    await shown.waitFor();
    await page.unroute('**/mnist.safetensors');
    await button(page, '3').click();
    await page.getByTestId('read-as').getByText(readingOfThree(rounded)).waitFor();
    await page.getByText(`all images: ${errorsOf(rounded)} of 2000 wrong`).waitFor();
    const { bytes } = await downloaded(page, 'Download model.safetensors');
    expect(await decodeModel(bytes)).toEqual(rounded);
    await trainEpoch(page, 1);
    expect(await page.getByTestId('shown-epoch').textContent()).toBe('the model of the link');

    await page.goto('about:blank');
    await page.goto(link.slice(0, -7));
    await page
      .getByText('the link: expected a whole model, found one that is cut or changed')
      .waitFor();
    await page.getByTestId('shown-epoch').getByText('the pretrained model').waitFor();
    await trainEpoch(page, 1);
    const later = Buffer.from(compact, 'base64url');
    later[0] = 2;
    await page.goto('about:blank');
    await page.goto(`${site.address}#model=${later.toString('base64url')}`);
    await page.getByText('the link: expected a model as this release writes it').waitFor();
    expect(faults).toEqual([]);
  });
});

/** Drops files on the page, outside of all panels. */
async function drop(page: Page, files: readonly FilePayload[]): Promise<void> {
  const contents = files.map(({ name, bytes }) => ({ name, bytes: [...bytes] }));
  await page.evaluate((all) => {
    const dataTransfer = new DataTransfer();
    for (const { name, bytes } of all) {
      dataTransfer.items.add(new File([Uint8Array.from(bytes)], name));
    }
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true }));
  }, contents);
}

function randomModel(
  seed: number,
  { height = 28, width = 28, classes = 10, pixelScale = 256 } = {},
): SoftmaxRegression {
  const random = seededRandom(seed);
  const floats = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
  const features = height * width;
  return {
    parameters: { features, classes, weights: floats(features * classes), bias: floats(classes) },
    imageHeight: height,
    imageWidth: width,
    classNames: Array.from({ length: classes }, (_, label) => String(label)),
    pixelScale,
    receipt: { made: `from seed ${seed}` },
  };
}

/** Of the digits that the page tests on. */
function errorsOf(model: SoftmaxRegression): number {
  const { images, labels } = TEST_IMAGES;
  return predict(model, images).filter(({ label }, index) => label !== labels[index]).length;
}

/** What the page says of the example of a three. */
function readingOfThree(model: SoftmaxRegression): string {
  const start = 784 * TEST_IMAGES.labels.indexOf(3);
  const [found] = predict(model, TEST_IMAGES.images.subarray(start, start + 784));
  const { label, probabilities } = found as Prediction;
  return `Read as ${label} (${percentOf(probabilities[label] as number)})`;
}
