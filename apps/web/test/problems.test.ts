import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BackendError, type BackendErrorCode } from '@softreg/backend';
import { DatasetError, type DatasetErrorCode } from '@softreg/datasets';
import { IdxError, type IdxErrorCode } from '@softreg/idx';
import { ModelError, type ModelErrorCode } from '@softreg/model';
import { SerializationError, type SerializationErrorCode } from '@softreg/serialization';
import { TrainingError, type TrainingErrorCode } from '@softreg/trainer';
import * as Comlink from 'comlink';
import { describe, expect, test } from 'vitest';
import { decodeFile } from '../src/keep/model-files.js';
import { carryProblems } from '../src/problems/crossing.js';
import { inChinese } from '../src/problems/in-chinese.js';
import { PageError, type PageErrorCode } from '../src/problems/page-error.js';
import { problemOf } from '../src/problems/problem.js';
import { sentenceOf } from '../src/problems/sentence.js';

const PARTS = { subject: 'thing.bin', expected: '17 sheep', found: '3 goats' };

/** For each file of codes, how an error of one is made. */
const ERRORS: Readonly<Record<string, (code: string) => Error>> = {
  'packages/backend/src/errors.ts': (code) =>
    new BackendError(code as BackendErrorCode, '17 sheep, 3 goats', { backend: 'thing.bin' }),
  'packages/datasets/src/errors.ts': (code) =>
    new DatasetError({ code: code as DatasetErrorCode, ...PARTS }),
  'packages/idx/src/errors.ts': (code) =>
    new IdxError({ code: code as IdxErrorCode, ...PARTS, offset: 7 }),
  'packages/model/src/errors.ts': (code) =>
    new ModelError({ code: code as ModelErrorCode, ...PARTS }),
  'packages/serialization/src/errors.ts': (code) =>
    new SerializationError({ code: code as SerializationErrorCode, ...PARTS }),
  'packages/trainer/src/errors.ts': (code) =>
    new TrainingError({ code: code as TrainingErrorCode, ...PARTS }),
  'apps/web/src/problems/page-error.ts': (code) =>
    new PageError({ code: code as PageErrorCode, ...PARTS, advice: 'count again' }),
};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const CODES = Object.entries(ERRORS).flatMap(([path, make]) => {
  const text = readFileSync(`${ROOT}${path}`, 'utf8');
  const [, list = ''] = /export type \w+ErrorCode =([^;]+);/.exec(text) ?? [];
  return [...list.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => ({ code, make }));
});

describe('what went wrong, in words', () => {
  test('codes are found in all files that have them', () => {
    const found = new Set(CODES.map(({ make }) => make));
    expect(found.size).toBe(Object.keys(ERRORS).length);
    expect(CODES.length).toBeGreaterThan(45);
  });

  test.each(CODES)('$code has a sentence in Chinese and in English', ({ code, make }) => {
    const error = make(code);
    const problem = problemOf(error);
    expect(problem.code).toBe(code);
    const chinese = sentenceOf(problem, 'zh');
    const [heading = ''] = chinese.split(':', 1);
    expect(heading).toMatch(/^[^?]{4,}$/);
    expect(heading).toMatch(/[\u4e00-\u9fff]{2}/);
    const english = sentenceOf(problem, 'en');
    expect(english.startsWith(error.message)).toBe(true);
    for (const sentence of [chinese, english]) {
      expect(sentence).toContain('17 sheep');
      expect(sentence).toContain('3 goats');
      expect(sentence).not.toMatch(/undefined|意外/);
    }
    // An IdxError knows no file: those who read one say which.
    if (!(error instanceof IdxError)) expect(chinese).toContain('thing.bin');
  });

  test('headings tell one code from another within a package', () => {
    for (const make of Object.values(ERRORS)) {
      const codes = CODES.filter((each) => each.make === make);
      const headings = codes.map(
        ({ code }) => sentenceOf(problemOf(make(code)), 'zh').split(':')[0],
      );
      expect(new Set(headings).size).toBe(codes.length);
    }
  });

  test('the whole sentence: what, where, expected, found, what next', () => {
    const damaged = new DatasetError({
      code: 'DATASET_FILE_DAMAGED',
      subject: 'train.idx',
      expected: '100 bytes, as its header says',
      found: 'the end of the file after 40 bytes (at byte 40)',
      advice: 'replace the file with a good copy',
    });
    expect(sentenceOf(problemOf(damaged), 'zh')).toBe(
      '文件无效：train.idx：应为 100 字节，如文件头所述，实际为文件在 40 字节后结束（第 40 字节处）；请换用完好的文件',
    );
    const lost = new BackendError('BACKEND_OUT_OF_MEMORY', 'no room for 5 images', {
      backend: 'simd',
      fix: 'use less data, or another backend',
    });
    expect(sentenceOf(problemOf(lost), 'zh')).toBe(
      '内存不足：simd：no room for 5 images；请减少数据，或换用其他后端',
    );
    const unknown = new IdxError({
      code: 'IDX_TRAILING_BYTES',
      expected: 'x',
      found: 'y',
      offset: 7,
    });
    expect(sentenceOf(problemOf(unknown), 'zh')).toContain('（第 7 字节处）');
    const file = new SerializationError({
      code: 'FILE_DAMAGED',
      ...PARTS,
      offset: 9,
      advice: 'find another',
    });
    expect(sentenceOf(problemOf(file), 'zh')).toBe(
      '文件已损坏：thing.bin：应为 17 sheep，实际为 3 goats（第 9 字节处）；find another',
    );
  });

  test('no flag of the command line is named, and what a page can do is said instead', () => {
    const error = new DatasetError({
      code: 'DATASET_WRONG_CHECKSUM',
      ...PARTS,
      advice: 'replace the file, or accept it as it is with verify: false (--no-verify)',
    });
    expect(sentenceOf(problemOf(error), 'en')).toBe(
      'thing.bin: expected 17 sheep, found 3 goats; get the files anew from their source',
    );
    expect(sentenceOf(problemOf(error), 'zh')).toBe(
      '校验和不符：thing.bin：应为 17 sheep，实际为 3 goats；请从来源重新获取这些文件',
    );
  });

  test('what has no code of ours keeps its message', () => {
    const error = Object.assign(new Error('out of luck'), { code: 'ENOENT' });
    expect(sentenceOf(problemOf(error), 'en')).toBe('out of luck');
    expect(sentenceOf(problemOf(error), 'zh')).toBe('意外错误：out of luck');
    expect(sentenceOf(problemOf(new Error('文件太大')), 'zh')).toBe('文件太大');
    expect(sentenceOf(problemOf('just text'), 'en')).toBe('just text');
    const named = Object.assign(new Error('odd'), { code: 'toString' });
    expect(problemOf(named)).toEqual({ message: 'odd' });
  });
});

describe('damaged model files, in Chinese', () => {
  const model = new Uint8Array(readFileSync(`${ROOT}apps/web/public/model/mnist.safetensors`));
  const flipped = model.with(20_000, (model[20_000] ?? 0) ^ 1);

  test.each([
    ['empty.safetensors', new Uint8Array(), /^文件不完整：empty.safetensors 的文件头：/],
    ['noise.safetensors', model.subarray(3000), /^不是 safetensors 文件：noise.safetensors：/],
    ['cut.safetensors', model.subarray(0, 9000), /^文件不完整：cut.safetensors 的数据：/],
    ['long.safetensors', Buffer.concat([model, model]), /^文件末尾有多余字节：long.safetensors/],
    ['flipped.safetensors', flipped, /^文件已损坏：flipped.safetensors 的数据：/],
    ['other.npz', model, /^文件已损坏：other.npz：/],
    ['other.onnx', model, /^文件已损坏：other.onnx：/],
  ])('%s', async (name, bytes, beginning) => {
    const problem = await decodeFile({ name, bytes }).then(
      () => expect.unreachable(),
      (error: unknown) => problemOf(error),
    );
    const sentence = sentenceOf(problem, 'zh');
    expect(sentence).toMatch(beginning);
    const known = /[0-9a-f]{64}|SHA-256|safetensors|softreg|ONNX|npz|zip/g;
    expect(sentence.replaceAll(name, '').replace(known, '')).not.toMatch(/[a-z]{2}/i);
  });
});

describe('errors that cross from a worker', () => {
  test.each(CODES)('$code arrives with all of its parts', async ({ code, make }) => {
    const error = make(code);
    expect(problemOf(await crossed(error))).toEqual(problemOf(error));
  });

  test('so do those of others, and what is thrown that is no error', async () => {
    expect(await crossed(new RangeError('too far'))).toMatchObject({ message: 'too far' });
    expect(await crossed('text')).toMatchObject({ message: 'text' });
  });
});

/** What arrives where a worker throws that. */
async function crossed(thrown: unknown): Promise<unknown> {
  carryProblems();
  const { port1, port2 } = new MessageChannel();
  const fail = (): unknown => {
    throw thrown;
  };
  Comlink.expose(fail, port1);
  try {
    return await Comlink.wrap<typeof fail>(port2)().then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );
  } finally {
    port1.close();
    port2.close();
  }
}

test.each([
  ['processor', '处理器'],
  ['no graphics adapter answers', '没有图形适配器响应'],
  [
    "backend webgpu: no graphics adapter answers; turn on hardware acceleration in the browser's settings, or update the graphics driver",
    '后端 webgpu：没有图形适配器响应；请在浏览器设置中开启硬件加速，或更新显卡驱动',
  ],
  ['its device is lost (gone)', '其设备已丢失（gone）'],
  ['the browser took its WebGL context away', '浏览器收回了其 WebGL 上下文'],
  ['no answer for 20 s', '20 秒没有响应'],
])('a backend says %s in Chinese, too', (reason, chinese) => {
  expect(inChinese(reason)).toBe(chinese);
});
