import { gzipSync } from 'node:zlib';
import { MNIST } from '@softreg/datasets';
import { TUTORIAL_SETTINGS } from '@softreg/trainer';
import { describe, expect, test } from 'vitest';
import { MAX_BYTES, MAX_CLASSES, MAX_PIXELS, MAX_WEIGHTS } from '../src/data/limits.js';
import { shareOfDownload } from '../src/data/share-of-download.js';
import { problemOf } from '../src/problems/problem.js';
import { sentenceOf } from '../src/problems/sentence.js';
import { fitSettings } from '../src/session/fit-settings.js';
import { loadData } from '../src/session/load-data.js';
import { mostKept, ParameterHistory } from '../src/session/parameter-history.js';
import {
  doublesHeader,
  fileOf,
  fourOf,
  gzipped,
  hugeHeader,
  idxFile,
  imageBytes,
  labelBytes,
  pairOf,
} from './data-files.js';

const load = (files: readonly File[]) => loadData({ kind: 'files', files }, '', () => undefined);
const [IMAGES, LABELS, TEST_IMAGES, TEST_LABELS] = fourOf({ count: 12 }, { count: 6 });
const [PICTURES, CLASSES] = pairOf({ count: 12 });

/** What is said of files that cannot be used, in English and Chinese. */
async function saidOf(files: readonly File[]): Promise<[english: string, chinese: string]> {
  const problem = await load(files).then(
    () => expect.unreachable(),
    (error: unknown) => problemOf(error),
  );
  return [sentenceOf(problem, 'en'), sentenceOf(problem, 'zh')];
}

describe("the user's own files", () => {
  test.each([
    ['as they are', pairOf({ count: 60 })],
    ['labels first', pairOf({ count: 60 }).toReversed()],
    [
      'gzipped',
      [
        gzipped('pictures.gz', imageBytes({ count: 60 })),
        gzipped('classes.gz', labelBytes({ count: 60 })),
      ],
    ],
  ])(
    'a pair %s: the last sixth tests, of the others the last sixth validates',
    async (_, files) => {
      const { kind, name, classNames, train, validation, test: tests } = await load(files);
      expect(kind).toBe('files');
      expect(name).toMatch(/^pictures\./);
      expect(classNames).toEqual(['0', '1', '2']);
      expect([train.count, validation.count, tests.count]).toEqual([42, 8, 10]);
      const images = imageBytes({ count: 60 }).subarray(16);
      const labels = labelBytes({ count: 60 }).subarray(8);
      expect(train.images).toEqual(images.slice(0, 42 * 30));
      expect(validation.images).toEqual(images.slice(42 * 30, 50 * 30));
      expect(tests.images).toEqual(images.slice(50 * 30));
      expect(tests.labels).toEqual(labels.slice(50));
      expect([train.height, train.width, train.classes]).toEqual([6, 5, 3]);
    },
  );

  test('four files, in any order, raw and gzipped, told by name or size', async () => {
    const named = await load([TEST_LABELS, IMAGES, LABELS, TEST_IMAGES]);
    expect(named.name).toBe(MNIST.files.trainImages.name);
    expect([named.train.count, named.validation.count, named.test.count]).toEqual([10, 2, 6]);
    const nameless = await load([
      gzipped('a', labelBytes({ count: 6 })),
      gzipped('b', imageBytes({ count: 6 })),
      fileOf('c', labelBytes({ count: 12 })),
      fileOf('d', imageBytes({ count: 12 })),
    ]);
    expect(nameless.name).toBe('d');
    expect(nameless.test.images).toEqual(named.test.images);
    expect(nameless.train.labels).toEqual(named.train.labels);
  });

  test("four files have MNIST's ten classes, or as many as their labels need", async () => {
    const few = await load([IMAGES, LABELS, TEST_IMAGES, TEST_LABELS]);
    expect([few.classNames.length, few.train.classes, few.test.classes]).toEqual([10, 10, 10]);
    const many = await load(fourOf({ count: 40 }, { count: 40, classes: 26 }));
    expect(many.classNames).toHaveLength(26);
    expect([many.train.classes, many.validation.classes, many.test.classes]).toEqual([26, 26, 26]);
    const other = await load(fourOf({ count: 40, classes: 26 }, { count: 40 }));
    expect(other.classNames).toHaveLength(26);
    await load(fourOf({ count: 70 }, { count: 70, classes: MAX_CLASSES }));
  });

  test('images and classes up to the limits', async () => {
    const side = Math.sqrt(MAX_PIXELS);
    const large = await load(pairOf({ count: 6, height: side, width: side, classes: 2 }));
    expect(large.train.width).toBe(side);
    const most = { count: MAX_CLASSES, height: 64, width: 64, classes: MAX_CLASSES };
    expect(64 * 64 * MAX_CLASSES).toBe(MAX_WEIGHTS);
    const many = await load(pairOf(most));
    expect(many.classNames).toHaveLength(MAX_CLASSES);
    const four = await load(fourOf(most, most));
    expect(four.classNames).toHaveLength(MAX_CLASSES);
  });
});

const short = imageBytes({ count: 12 }).slice(0, 100);
const broken = gzipSync(imageBytes({ count: 200 }));
const floats = idxFile('floats.idx', {
  type: 'float32',
  shape: [12, 6, 5],
  data: new Float32Array(360),
});
const wideLabels = idxFile('wide.idx', {
  type: 'int32',
  shape: [12],
  data: Int32Array.from({ length: 12 }, (_, index) => 300 + index),
});

/** Where it is packed to a thousandth: more zeros than its header says. */
const bomb = gzipSync(Buffer.concat([imageBytes({ count: 12 }), Buffer.alloc(2 ** 24)]));

/** The name of the case, the files, and what is said of them, where `…` is what a browser says in its own way. */
const BAD: readonly [string, readonly File[], string, string][] = [
  [
    'one file',
    [PICTURES],
    'files: expected 2 or 4 files, found 1 (pictures.idx); choose images and their labels, or the four files of a set like MNIST',
    '文件数量不符：文件：应为 2 个或 4 个文件，实际为 1 个（pictures.idx）；请选择图像及其标签，或类似 MNIST 的四个文件',
  ],
  [
    'three files',
    [IMAGES, LABELS, TEST_IMAGES],
    'files: expected 2 or 4 files, found 3 (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte); choose images and their labels, or the four files of a set like MNIST',
    '文件数量不符：文件：应为 2 个或 4 个文件，实际为 3 个（train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte）；请选择图像及其标签，或类似 MNIST 的四个文件',
  ],
  [
    'five files',
    [IMAGES, LABELS, TEST_IMAGES, TEST_LABELS, PICTURES],
    'files: expected 2 or 4 files, found 5 (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, pictures.idx); choose images and their labels, or the four files of a set like MNIST',
    '文件数量不符：文件：应为 2 个或 4 个文件，实际为 5 个（train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, pictures.idx）；请选择图像及其标签，或类似 MNIST 的四个文件',
  ],
  [
    'not IDX',
    [fileOf('cat.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), CLASSES],
    'cat.png: expected an IDX file, gzipped or raw, found a file that begins with 0x89 0x50; choose the data set’s files and no others',
    '文件无效：cat.png：应为 IDX 文件（原始或经 gzip 压缩），实际为以 0x89 0x50 开头的文件；请只选择数据集的文件',
  ],
  [
    'not IDX among four',
    [IMAGES, LABELS, TEST_IMAGES, fileOf('notes.txt', Buffer.from('hello'))],
    'notes.txt: expected an IDX file, gzipped or raw, found a file that begins with 0x68 0x65; choose the data set’s files and no others',
    '文件无效：notes.txt：应为 IDX 文件（原始或经 gzip 压缩），实际为以 0x68 0x65 开头的文件；请只选择数据集的文件',
  ],
  [
    '0 bytes',
    [PICTURES, fileOf('nothing.idx', new Uint8Array())],
    'nothing.idx: expected an IDX file, found an empty file; choose the data set’s files and no others',
    '文件无效：nothing.idx：应为 IDX 文件，实际为空文件；请只选择数据集的文件',
  ],
  [
    'a magic number of another kind',
    [fileOf('odd.idx', Uint8Array.of(0, 0, 7, 1, 0, 0, 0, 1, 5)), CLASSES],
    'odd.idx: expected an element type 0x08, 0x09, 0x0b, 0x0c, 0x0d or 0x0e, found 0x07 (at byte 2); replace the file with a good copy',
    '文件无效：odd.idx：应为元素类型 0x08, 0x09, 0x0b, 0x0c, 0x0d 或 0x0e，实际为 0x07（第 2 字节处）；请换用完好的文件',
  ],
  [
    'truncated',
    [fileOf('short.idx', short), CLASSES],
    'short.idx: expected 376 bytes, as its header says, found the end of the file after 100 bytes (at byte 100); replace the file with a good copy',
    '文件无效：short.idx：应为 376 字节，如文件头所述，实际为文件在 100 字节后结束（第 100 字节处）；请换用完好的文件',
  ],
  [
    'trailing bytes',
    [fileOf('long.idx', Buffer.concat([imageBytes({ count: 12 }), Buffer.alloc(3)])), CLASSES],
    'long.idx: expected the end of the file after 376 bytes, as its header says, found 3 more bytes (at byte 376); replace the file with a good copy',
    '文件无效：long.idx：应为文件在 376 字节后结束，如文件头所述，实际为多出 3 字节（第 376 字节处）；请换用完好的文件',
  ],
  [
    '.gz that is no gzip',
    [fileOf('pictures.gz', Uint8Array.of(0x1f, 0x8b, 1, 2, 3, 4, 5, 6)), CLASSES],
    'pictures.gz: expected a complete gzip stream, found a damaged or cut one: … (at byte 0); replace the file with a good copy',
    '文件无效：pictures.gz：应为完整的 gzip 数据，实际为损坏或被截断的数据（第 0 字节处）；请换用完好的文件',
  ],
  [
    'a gzip that was cut',
    [fileOf('cut.gz', broken.subarray(0, broken.length - 20)), CLASSES],
    'cut.gz: expected a complete gzip stream, found a damaged or cut one: … (at byte …); replace the file with a good copy',
    '文件无效：cut.gz：应为完整的 gzip 数据，实际为损坏或被截断的数据（第 … 字节处）；请换用完好的文件',
  ],
  [
    'a gzip bomb',
    [fileOf('bomb.gz', bomb), CLASSES],
    'bomb.gz: expected the end of the file after 376 bytes, as its header says, found more bytes (at byte 376); replace the file with a good copy',
    '文件无效：bomb.gz：应为文件在 376 字节后结束，如文件头所述，实际为更多字节（第 376 字节处）；请换用完好的文件',
  ],
  [
    'labels that are no bytes',
    [PICTURES, wideLabels],
    'wide.idx: expected bytes of rank 1 (labels), found int32 of shape 12; name a file of that form',
    '数据形式不符：wide.idx：应为 1 维字节（标签），实际为形状为 12 的 int32；请选择该形式的文件',
  ],
  [
    'too many classes',
    [
      fileOf('pictures.idx', imageBytes({ count: 70 })),
      fileOf('classes.idx', labelBytes({ count: 70, classes: 65 })),
    ],
    'classes.idx: expected labels 0 to 63, as a page shows no more classes, found label 64; choose data with fewer classes',
    '标签超出范围：classes.idx：应为标签 0 至 63（本页最多显示这些类别），实际为标签 64；请选择类别更少的数据',
  ],
  [
    'too many classes among four',
    fourOf({ count: 12 }, { count: 70, classes: 70 }),
    't10k-labels-idx1-ubyte: expected labels 0 to 63, found label 64 at position 64; replace the file with one of this data set',
    '标签超出范围：t10k-labels-idx1-ubyte：应为标签 0 至 63，实际为第 64 个位置的标签 64；请换用此数据集的文件',
  ],
  [
    'counts that differ',
    [PICTURES, fileOf('few.idx', labelBytes({ count: 11 }))],
    'few.idx: expected 12 labels, one for each image of pictures.idx, found 11; the two files do not belong together: replace one of them',
    '数量不一致：few.idx：应为 12 个标签，与 pictures.idx 的图像一一对应，实际为 11；两个文件不配套，请更换其中一个',
  ],
  [
    'two image files',
    [PICTURES, fileOf('more.idx', imageBytes({ count: 5 }))],
    'more.idx: expected labels beside images, found images, as in pictures.idx; choose two files that belong together',
    '文件重复：more.idx：应为与图像配对的标签，实际为图像（与 pictures.idx 相同）；请选择配套的两个文件',
  ],
  [
    'two label files',
    [CLASSES, fileOf('more.idx', labelBytes({ count: 5 }))],
    'more.idx: expected images beside labels, found labels, as in classes.idx; choose two files that belong together',
    '文件重复：more.idx：应为与标签配对的图像，实际为标签（与 classes.idx 相同）；请选择配套的两个文件',
  ],
  [
    'float images',
    [floats, CLASSES],
    'floats.idx: expected bytes of rank 3 (images x rows x columns), found float32 of shape 12 x 6 x 5; name a file of that form',
    '数据形式不符：floats.idx：应为 3 维字节（图像 x 行 x 列），实际为形状为 12 x 6 x 5 的 float32；请选择该形式的文件',
  ],
  [
    'float images among four',
    [floats, LABELS, TEST_IMAGES, TEST_LABELS],
    'floats.idx: expected images (bytes of rank 3) or labels (bytes of rank 1), found float32 of shape 12 x 6 x 5; choose the files of MNIST handwritten digits and no others',
    '数据形式不符：floats.idx：应为图像（3 维字节）或标签（1 维字节），实际为形状为 12 x 6 x 5 的 float32；请只选择 MNIST handwritten digits 的文件',
  ],
  [
    'images without pixels',
    [fileOf('thin.idx', hugeHeader(12, 6, 0)), CLASSES],
    'thin.idx: expected images of at least one pixel, found uint8 of shape 12 x 6 x 0; name a file of that form',
    '数据形式不符：thin.idx：应为至少有一个像素的图像，实际为形状为 12 x 6 x 0 的 uint8；请选择该形式的文件',
  ],
  [
    'a header of huge images',
    [fileOf('huge.idx', hugeHeader(1, 70_000, 70_000)), CLASSES],
    'huge.idx: expected images of at most 16384 pixels, found 70000 x 70000; choose smaller images',
    '数据太大：huge.idx：应为每张至多 16384 像素的图像，实际为 70000 x 70000；请选择更小的图像',
  ],
  [
    'wide images',
    [fileOf('wide.idx', hugeHeader(1, 10, 2000)), CLASSES],
    'wide.idx: expected images of at most 16384 pixels, found 10 x 2000; choose smaller images',
    '数据太大：wide.idx：应为每张至多 16384 像素的图像，实际为 10 x 2000；请选择更小的图像',
  ],
  [
    'a header of many large numbers',
    [PICTURES, fileOf('doubles.idx', doublesHeader(17_000_000))],
    'pictures.idx, doubles.idx: expected at most 128 MiB in all, found 130 MiB; choose fewer images',
    '数据太大：pictures.idx, doubles.idx：应为合计不超过 128 MiB，实际为 130 MiB；请选择更少的图像',
  ],
  [
    'a header of huge images among four',
    [
      fileOf(MNIST.files.trainImages.name, hugeHeader(1, 70_000, 70_000)),
      LABELS,
      TEST_IMAGES,
      TEST_LABELS,
    ],
    'train-images-idx3-ubyte: expected images of at most 16384 pixels, found 70000 x 70000; choose smaller images',
    '数据太大：train-images-idx3-ubyte：应为每张至多 16384 像素的图像，实际为 70000 x 70000；请选择更小的图像',
  ],
  [
    'large images in many classes',
    pairOf({ count: 64, height: 65, width: 64, classes: 64 }),
    'pictures.idx: expected at most 262144 weights, one for each pixel and class, found 266240; choose smaller images, or fewer classes',
    '数据太大：pictures.idx：应为至多 262144 个权重（每个像素和类别一个），实际为 266240；请选择更小的图像或更少的类别',
  ],
  [
    'large images in many classes, in four files',
    fourOf({ count: 64, height: 65, width: 64 }, { count: 64, height: 65, width: 64, classes: 64 }),
    'train-images-idx3-ubyte: expected at most 262144 weights, one for each pixel and class, found 266240; choose smaller images, or fewer classes',
    '数据太大：train-images-idx3-ubyte：应为至多 262144 个权重（每个像素和类别一个），实际为 266240；请选择更小的图像或更少的类别',
  ],
  [
    'a header of too many images',
    [fileOf('many.idx', hugeHeader(400_000, 28, 28)), CLASSES],
    'many.idx, classes.idx: expected at most 128 MiB in all, found 300 MiB; choose fewer images',
    '数据太大：many.idx, classes.idx：应为合计不超过 128 MiB，实际为 300 MiB；请选择更少的图像',
  ],
  [
    'images of two sizes',
    [
      IMAGES,
      LABELS,
      fileOf(MNIST.files.testImages.name, imageBytes({ count: 6, width: 6 })),
      TEST_LABELS,
    ],
    't10k-images-idx3-ubyte: expected images of 6 x 5 pixels, as in train-images-idx3-ubyte, found 6 x 6; use files of one data set',
    '数据形式不符：t10k-images-idx3-ubyte：应为 6 x 5 像素的图像（与 train-images-idx3-ubyte 相同），实际为 6 x 6；请使用同一数据集的文件',
  ],
  [
    'one of the four twice',
    [IMAGES, fileOf(`${IMAGES.name}.gz`, imageBytes({ count: 3 })), LABELS, TEST_LABELS],
    'train-images-idx3-ubyte.gz: expected one file in the place of train-images-idx3-ubyte, found train-images-idx3-ubyte too; leave out one of them, or name them as the data set does',
    '文件重复：train-images-idx3-ubyte.gz：应为只有一个文件作为 train-images-idx3-ubyte，实际为另有 train-images-idx3-ubyte；请去掉其中一个，或按数据集的方式命名',
  ],
  [
    'too few images',
    pairOf({ count: 2, classes: 2 }),
    'data set pictures.idx: expected at least 3 training images and 1 test image, found 2 and 0; choose files with more images',
    '图像太少：数据集 pictures.idx：应为至少 3 张训练图像和 1 张测试图像，实际为 2 和 0；请选择含更多图像的文件',
  ],
];

describe('files that cannot be used', () => {
  test.each(BAD)('%s', async (_, files, english, chinese) => {
    const [foundEnglish, foundChinese] = await saidOf(files);
    expect(foundEnglish).toMatch(likeness(english));
    expect(foundChinese).toMatch(likeness(chinese));
  });

  test('files larger in all than the page takes are refused unread', async () => {
    const large = {
      name: 'large.idx',
      size: MAX_BYTES,
      slice: () => expect.unreachable('it was read'),
      arrayBuffer: () => expect.unreachable('it was read'),
      stream: () => expect.unreachable('it was read'),
    } as unknown as File;
    const [english] = await saidOf([large, CLASSES]);
    expect(english).toContain('large.idx, classes.idx: expected at most 128 MiB in all, found 129');
  });

  test('a folder', async () => {
    const gone = async () => {
      throw new DOMException('A requested file could not be found', 'NotFoundError');
    };
    const folder = { name: 'folder', size: 4096, slice: () => ({ arrayBuffer: gone }) };
    const [english, chinese] = await saidOf([folder as unknown as File, CLASSES]);
    expect(english).toContain('folder: expected a file that can be read, found a folder, or');
    expect(chinese).toBe(
      '缺少文件：folder：应为可以读取的文件，实际为文件夹，或已不存在的文件；请选择文件本身',
    );
  });
});

describe('data and settings', () => {
  test('minibatches are no larger than the smallest set', async () => {
    const data = await load(pairOf({ count: 60 }));
    expect(fitSettings(TUTORIAL_SETTINGS, data)).toEqual({ ...TUTORIAL_SETTINGS, batchSize: 8 });
    const small = { ...TUTORIAL_SETTINGS, batchSize: 7 };
    expect(fitSettings(small, data)).toEqual(small);
    const four = await load([IMAGES, LABELS, TEST_IMAGES, TEST_LABELS]);
    expect(fitSettings(TUTORIAL_SETTINGS, four).batchSize).toBe(2);
    const fewTests = await load(fourOf({ count: 60 }, { count: 3 }));
    expect(fitSettings(TUTORIAL_SETTINGS, fewTests).batchSize).toBe(3);
  });

  test('of large parameters fewer are kept', () => {
    const parameters = (features: number, classes: number) => ({
      features,
      classes,
      weights: new Float32Array(features * classes),
      bias: new Float32Array(classes),
    });
    expect(mostKept(parameters(784, 10))).toBe(500);
    const largest = parameters(MAX_WEIGHTS / MAX_CLASSES, MAX_CLASSES);
    const most = mostKept(largest);
    expect(most).toBe(127);
    const history = new ParameterHistory(most);
    for (let epoch = 1; epoch <= 500; epoch++) history.keep(epoch, largest);
    expect(history.length * largest.weights.byteLength).toBeLessThan(2 ** 27 + 2 ** 24);
  });
});

describe('how far a download is', () => {
  const { trainImages, trainLabels, testImages } = MNIST.files;
  const event = { phase: 'download', mirror: '', attempt: 1 } as const;

  test('by the bytes that came, and each percent once', () => {
    const told: number[] = [];
    const note = shareOfDownload(MNIST, (share) => told.push(Math.floor(100 * share)));
    note({ ...event, phase: 'connect', file: trainImages.name, loaded: 0, total: undefined });
    for (let loaded = 1; loaded <= 1000; loaded++) {
      note({ ...event, file: trainImages.name, loaded, total: 1000 });
    }
    // Of all raw bytes they are 85.6 %.
    expect(told).toEqual(Array.from({ length: 86 }, (_, percent) => percent));
    for (const file of Object.values(MNIST.files)) {
      note({ ...event, phase: 'save', file: file.name, loaded: 9, total: 9 });
    }
    expect(told.at(-1)).toBe(100);
  });

  test('where the length is not known, by that of the raw file', () => {
    const told: number[] = [];
    const note = shareOfDownload(MNIST, (share) => told.push(share));
    note({ ...event, file: trainImages.name, loaded: trainImages.bytes / 2, total: undefined });
    expect(told.at(-1)).toBeCloseTo(trainImages.bytes / 2 / 54_950_048, 10);
    // Raw bytes with the header of a `.gz`, or packed ones: both are whole now.
    note({ ...event, file: trainImages.name, loaded: 2 * trainImages.bytes, total: undefined });
    expect(told.at(-1)).toBeCloseTo(trainImages.bytes / 54_950_048, 10);
    note({ ...event, phase: 'save', file: testImages.name, loaded: 9, total: undefined });
    const { bytes } = testImages;
    expect(told.at(-1)).toBeCloseTo((trainImages.bytes + bytes) / 54_950_048, 10);
  });

  test('a file that begins anew goes back, and other files and events count nothing', () => {
    const told: number[] = [];
    const note = shareOfDownload(MNIST, (share) => told.push(Math.floor(100 * share)));
    note({ ...event, file: trainImages.name, loaded: 50, total: 100 });
    note({ phase: 'retry', file: trainImages.name, mirror: '', reason: '', waitMs: 1 });
    note({ ...event, file: 'other', loaded: 100, total: 100 });
    note({ ...event, phase: 'connect', attempt: 2, file: trainImages.name, loaded: 0, total: 100 });
    note({ ...event, file: trainLabels.name, loaded: 100, total: 100 });
    expect(told).toEqual([42, 0]);
  });
});

function likeness(sentence: string): RegExp {
  const parts = sentence.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}
