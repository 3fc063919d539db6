import { describe, expect, test } from 'vitest';
import {
  decodeCheckpoint,
  decodeModel,
  encodeCheckpoint,
  encodeModel,
  SerializationError,
  type SerializationErrorCode,
} from '../src/index.js';
import { decodeSafetensors } from '../src/safetensors/decode.js';
import { type Decode, range, unnoticedFlips, unnoticedTruncations } from './damage.js';
import { TINY_CHECKPOINT, TINY_MODEL } from './samples.js';
import { type Header, sealedFile, takeApart, unsealedFile } from './sealed-file.js';

const MODEL = await encodeModel(TINY_MODEL);
const CHECKPOINT = await encodeCheckpoint(TINY_CHECKPOINT);

describe.each<[string, Decode, Uint8Array]>([
  ['model', decodeModel, MODEL],
  ['checkpoint', decodeCheckpoint, CHECKPOINT],
])('of a small %s file', (_, decode, file) => {
  test('every flipped bit is noticed', async () => {
    expect(await unnoticedFlips(decode, file, range(8 * file.length))).toEqual([]);
  });

  test('every truncation is noticed', async () => {
    expect(await unnoticedTruncations(decode, file, range(file.length))).toEqual([]);
  });

  test('any byte after the end is noticed', async () => {
    const longer = Array.from(range(256), (byte) => Uint8Array.of(...file, byte));
    for (const bytes of longer) {
      await expect(decode(bytes)).rejects.toMatchObject({
        code: 'FILE_TRAILING_BYTES',
        offset: file.length,
      });
    }
  });
});

describe('the length of the header', () => {
  const cases: [string, bigint, SerializationErrorCode][] = [
    ['0', 0n, 'FILE_INVALID_HEADER'],
    ['one space less', -1n, 'FILE_TRAILING_BYTES'],
    ['one more', 1n, 'FILE_INVALID_HEADER'],
    ['more than the file', 10_000n, 'FILE_TRUNCATED'],
    ['a byte more than 64 KiB', 2n ** 16n + 1n, 'FILE_NOT_SAFETENSORS'],
    ['64 KiB', 2n ** 16n, 'FILE_TRUNCATED'],
    ['2^31', 2n ** 31n, 'FILE_NOT_SAFETENSORS'],
    ['2^32 + its own', 2n ** 32n, 'FILE_NOT_SAFETENSORS'],
    ['2^53 + 1', 2n ** 53n + 1n, 'FILE_NOT_SAFETENSORS'],
    ['2^64 - 1', 2n ** 64n - 1n, 'FILE_NOT_SAFETENSORS'],
  ];

  test.each(cases)('%s', async (name, length, code) => {
    const copy = MODEL.slice();
    const view = new DataView(copy.buffer);
    const own = /own|one/.test(name) ? view.getBigUint64(0, true) : 0n;
    view.setBigUint64(0, own + length, true);
    await expect(decodeModel(copy)).rejects.toMatchObject({ code });
  });
});

describe('files that are something else', () => {
  const text = new TextEncoder();
  const cases: [string, Uint8Array, SerializationErrorCode][] = [
    ['nothing', new Uint8Array(0), 'FILE_TRUNCATED'],
    ['seven bytes', MODEL.subarray(0, 7), 'FILE_TRUNCATED'],
    ['a length alone', MODEL.subarray(0, 8), 'FILE_TRUNCATED'],
    ['zeros', new Uint8Array(1000), 'FILE_NOT_SAFETENSORS'],
    ['a text', text.encode('It was a dark and stormy night.'), 'FILE_NOT_SAFETENSORS'],
    ['a zip file', text.encode('PK\u0003\u0004\n\0\0\0\0\0archive'), 'FILE_NOT_SAFETENSORS'],
    ['JSON', text.encode('{"format":"layers-model"}'), 'FILE_NOT_SAFETENSORS'],
    ['a header of half a JSON text', unsealedFile('{"a":'), 'FILE_INVALID_HEADER'],
    ['a header after a space', unsealedFile(' {}'), 'FILE_NOT_SAFETENSORS'],
    ['a header that is a list', unsealedFile('[]'), 'FILE_NOT_SAFETENSORS'],
    ['a header that is null', unsealedFile('null'), 'FILE_NOT_SAFETENSORS'],
    ['a header with a byte order mark', unsealedFile('\ufeff{}'), 'FILE_NOT_SAFETENSORS'],
    ['a header and a zero', unsealedFile('{}\0'), 'FILE_INVALID_HEADER'],
    ['two headers', unsealedFile('{}{}'), 'FILE_INVALID_HEADER'],
    [
      'a header that is not UTF-8',
      withByte('{"__metadata__":{"a":"?"}}', 0xff),
      'FILE_INVALID_HEADER',
    ],
  ];

  test.each(cases)('%s', async (_, bytes, code) => {
    await expect(decodeModel(bytes)).rejects.toMatchObject({ code });
    await expect(decodeCheckpoint(bytes)).rejects.toMatchObject({ code });
  });
});

type Entry = Record<string, unknown>;
type Edit = (header: Header & Record<string, Entry>) => unknown;

describe('headers that were changed and sealed again', () => {
  const cases: [string, SerializationErrorCode, Edit][] = [
    ['an unknown dtype', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { dtype: 'F16' })],
    ['a dtype in lower case', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { dtype: 'f32' })],
    ['a dtype that is a list', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { dtype: ['F32'] })],
    ['no dtype', 'FILE_INVALID_HEADER', (h) => delete h.bias?.dtype],
    ['no shape', 'FILE_INVALID_HEADER', (h) => delete h.bias?.shape],
    ['no offsets', 'FILE_INVALID_HEADER', (h) => delete h.bias?.data_offsets],
    ['a field of another name', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { strides: [1] })],
    ['a tensor that is null', 'FILE_INVALID_HEADER', (h) => Object.assign(h, { bias: null })],
    ['a tensor that is a list', 'FILE_INVALID_HEADER', (h) => Object.assign(h, { bias: [] })],
    ['a shape of more', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: [3] })],
    ['a shape of fewer', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: [1] })],
    ['a shape of none', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: [2, 0] })],
    ['a shape that is a number', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: 2 })],
    ['a shape that is text', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: ['2'] })],
    ['a negative shape', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: [-1, -2] })],
    ['a fractional shape', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: [0.5, 4] })],
    ['a shape beyond 2^53', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: [2 ** 53, 2] })],
    [
      'a shape whose product is 2^64 times the right one',
      'FILE_INVALID_HEADER',
      (h) => set(h, 'bias', { shape: [2 ** 32, 2 ** 32, 2] }),
    ],
    [
      'a shape whose product is no number at all',
      'FILE_INVALID_HEADER',
      (h) => set(h, 'bias', { shape: [...new Array(40).fill(2 ** 40), 0] }),
    ],
    ['a shape with 1e400', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { shape: ['#1e400'] })],
    ['one offset', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { data_offsets: [0] })],
    ['three offsets', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { data_offsets: [0, 8, 8] })],
    ['a hole before', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { data_offsets: [4, 12] })],
    ['a hole between', 'FILE_INVALID_HEADER', (h) => set(h, 'weights', { data_offsets: [12, 28] })],
    ['an overlap', 'FILE_INVALID_HEADER', (h) => set(h, 'weights', { data_offsets: [4, 20] })],
    ['the same bytes', 'FILE_INVALID_HEADER', (h) => set(h, 'weights', { data_offsets: [0, 16] })],
    ['turned offsets', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { data_offsets: [8, 0] })],
    ['negative offsets', 'FILE_INVALID_HEADER', (h) => set(h, 'bias', { data_offsets: [-8, 0] })],
    [
      'fractional offsets',
      'FILE_INVALID_HEADER',
      (h) => set(h, 'bias', { data_offsets: [0.5, 8.5] }),
    ],
    [
      'offsets beyond the file',
      'FILE_TRUNCATED',
      (h) => set(h, 'weights', { shape: [2, 3], data_offsets: [8, 32] }),
    ],
    [
      'offsets near 2^53',
      'FILE_TRUNCATED',
      (h) => set(h, 'weights', { shape: [2 ** 50], data_offsets: [8, 8 + 2 ** 52] }),
    ],
    ['bytes that belong to no tensor', 'FILE_TRAILING_BYTES', (h) => delete h.weights],
    ['metadata null', 'FILE_INVALID_HEADER', (h) => Object.assign(h, { __metadata__: null })],
    [
      'metadata that is a list',
      'FILE_INVALID_HEADER',
      (h) => Object.assign(h, { __metadata__: [] }),
    ],
    ['metadata with a number', 'FILE_INVALID_HEADER', (h) => meta(h, { pixel_scale: 256 })],
    ['metadata with an object', 'FILE_INVALID_HEADER', (h) => meta(h, { note: {} })],
    ['no metadata', 'FILE_DAMAGED', (h) => delete (h as Partial<Header>).__metadata__],
    ['no seal of the header', 'FILE_DAMAGED', (h) => delete h.__metadata__.header_sha256],
    ['no seal of the payload', 'FILE_DAMAGED', (h) => delete h.__metadata__.payload_sha256],
    ['no format', 'FILE_NOT_A_MODEL', (h) => delete h.__metadata__.format],
    ['another format', 'FILE_NOT_A_MODEL', (h) => meta(h, { format: 'pt' })],
    ['no version', 'FILE_UNSUPPORTED_VERSION', (h) => delete h.__metadata__.format_version],
    ['a later version', 'FILE_UNSUPPORTED_VERSION', (h) => meta(h, { format_version: '2' })],
    ['no image shape', 'FILE_NOT_A_MODEL', (h) => delete h.__metadata__.image_shape],
    ['another image shape', 'FILE_NOT_A_MODEL', (h) => meta(h, { image_shape: '[2,2]' })],
    ['an image shape of 0', 'FILE_NOT_A_MODEL', (h) => meta(h, { image_shape: '[0,0]' })],
    ['a negative image shape', 'FILE_NOT_A_MODEL', (h) => meta(h, { image_shape: '[-2,-1]' })],
    ['a fractional image shape', 'FILE_NOT_A_MODEL', (h) => meta(h, { image_shape: '[0.5,4]' })],
    ['an image shape of three', 'FILE_NOT_A_MODEL', (h) => meta(h, { image_shape: '[2,1,1]' })],
    ['an image shape of text', 'FILE_NOT_A_MODEL', (h) => meta(h, { image_shape: '["2","1"]' })],
    ['no class names', 'FILE_NOT_A_MODEL', (h) => delete h.__metadata__.class_names],
    ['class names as text', 'FILE_NOT_A_MODEL', (h) => meta(h, { class_names: '"ab"' })],
    ['class names as numbers', 'FILE_NOT_A_MODEL', (h) => meta(h, { class_names: '[0,1]' })],
    ['class names as an object', 'FILE_NOT_A_MODEL', (h) => meta(h, { class_names: '{"0":"a"}' })],
    ['class names that are not JSON', 'FILE_NOT_A_MODEL', (h) => meta(h, { class_names: '[' })],
    ['a class name too few', 'FILE_NOT_A_MODEL', (h) => meta(h, { class_names: '["left"]' })],
    ['no pixel scale', 'FILE_NOT_A_MODEL', (h) => delete h.__metadata__.pixel_scale],
    ['a pixel scale of 0', 'FILE_NOT_A_MODEL', (h) => meta(h, { pixel_scale: '0' })],
    ['a negative pixel scale', 'FILE_NOT_A_MODEL', (h) => meta(h, { pixel_scale: '-256' })],
    ['an infinite pixel scale', 'FILE_NOT_A_MODEL', (h) => meta(h, { pixel_scale: '1e400' })],
    ['a pixel scale as text', 'FILE_NOT_A_MODEL', (h) => meta(h, { pixel_scale: '"256"' })],
    ['weights of another rank', 'FILE_NOT_A_MODEL', (h) => set(h, 'weights', { shape: [4] })],
    ['weights of rank 3', 'FILE_NOT_A_MODEL', (h) => set(h, 'weights', { shape: [2, 2, 1] })],
    ['weights of other classes', 'FILE_NOT_A_MODEL', (h) => set(h, 'weights', { shape: [4, 1] })],
    ['a bias of rank 2', 'FILE_NOT_A_MODEL', (h) => set(h, 'bias', { shape: [2, 1] })],
    ['a bias of rank 0', 'FILE_NOT_A_MODEL', (h) => split(h, [], [1])],
    ['whole numbers', 'FILE_NOT_A_MODEL', (h) => set(h, 'bias', { dtype: 'I32' })],
    ['an extra tensor', 'FILE_NOT_A_MODEL', (h) => split(h, [1], [1])],
    ['an empty extra tensor', 'FILE_NOT_A_MODEL', (h) => set(h, 'x', tensor([0], [0, 0]))],
    ['a tensor of another name', 'FILE_NOT_A_MODEL', (h) => rename(h, 'bias', 'biases')],
  ];

  test('the way they are made makes good files too', async () => {
    expect(await edited(MODEL, () => undefined)).toEqual(MODEL);
    expect(await edited(CHECKPOINT, () => undefined)).toEqual(CHECKPOINT);
  });

  test.each(cases)('a model with %s', async (_, code, edit) => {
    const file = await edited(MODEL, edit);
    await expect(decodeModel(file)).rejects.toMatchObject({ name: 'SerializationError', code });
  });

  test('parameters that are not finite', async () => {
    for (const bits of [0x7fc00000, 0x7f800000, 0xff800000]) {
      const { headerText, payload } = takeApart(MODEL);
      new DataView(payload.buffer).setUint32(4, bits, true);
      const file = await sealedFile(headerText, payload);
      await expect(decodeModel(file)).rejects.toMatchObject({ code: 'FILE_NOT_A_MODEL' });
    }
  });

  const checkpoints: [string, SerializationErrorCode, Edit][] = [
    ['no values', 'FILE_NOT_A_CHECKPOINT', (h) => rename(h, 'json.values', 'values')],
    ['no config', 'FILE_NOT_A_CHECKPOINT', (h) => rename(h, 'json.config', 'json.configs')],
    ['values as numbers', 'FILE_NOT_A_CHECKPOINT', (h) => swap(h, 'json.config', 'weights')],
    ['whole numbers', 'FILE_NOT_A_CHECKPOINT', (h) => set(h, 'bias', { dtype: 'I32' })],
    ['bytes', 'FILE_NOT_A_CHECKPOINT', (h) => set(h, 'bias', { dtype: 'U8', shape: [8] })],
    ['texts of other bytes', 'FILE_INVALID_HEADER', (h) => set(h, 'json.values', { dtype: 'F32' })],
    ['a model’s format', 'FILE_NOT_A_CHECKPOINT', (h) => meta(h, { format: 'softreg-model' })],
    ['an earlier version', 'FILE_UNSUPPORTED_VERSION', (h) => meta(h, { format_version: '1' })],
    ['a later version', 'FILE_UNSUPPORTED_VERSION', (h) => meta(h, { format_version: '3' })],
    ['no seal of the payload', 'FILE_DAMAGED', (h) => delete h.__metadata__.payload_sha256],
  ];

  test.each(checkpoints)('a checkpoint with %s', async (_, code, edit) => {
    const file = await edited(CHECKPOINT, edit);
    await expect(decodeCheckpoint(file)).rejects.toMatchObject({ code });
  });

  test('a checkpoint with texts that are not UTF-8, or numbers that are not finite', async () => {
    const { headerText, payload } = takeApart(CHECKPOINT);
    for (const [at, bytes] of [
      [24, [255]],
      [payload.length - 1, [0xc3]],
      [0, [0, 0, 192, 127]],
      [8, [0, 0, 128, 255]],
    ] as const) {
      const copy = payload.slice();
      copy.set(bytes, at);
      const file = await sealedFile(headerText, copy);
      await expect(decodeCheckpoint(file)).rejects.toMatchObject({ code: 'FILE_NOT_A_CHECKPOINT' });
    }
  });

  test('a checkpoint with a text of more than 64 MiB', async () => {
    const { header } = takeApart(CHECKPOINT);
    const size = 2 ** 26 + 1;
    const entries = {
      ...header,
      'json.values': { dtype: 'U8', shape: [size], data_offsets: [34, 34 + size] },
    };
    const file = await sealedFile(
      JSON.stringify(entries),
      new Uint8Array(34 + size).fill(0x20, 34),
    );
    await expect(decodeCheckpoint(file)).rejects.toMatchObject({
      code: 'FILE_NOT_A_CHECKPOINT',
      expected: 'at most 67108864 bytes of type U8',
      found: '67108865',
    });
  });

  test('a model is no checkpoint, and a checkpoint is no model', async () => {
    await expect(decodeCheckpoint(MODEL)).rejects.toMatchObject({ code: 'FILE_NOT_A_CHECKPOINT' });
    await expect(decodeModel(CHECKPOINT)).rejects.toMatchObject({ code: 'FILE_NOT_A_MODEL' });
  });
});

describe('seals', () => {
  const { headerText, payload } = takeApart(MODEL);
  const { header_sha256: header, payload_sha256: data } = takeApart(MODEL).header.__metadata__;
  const cases: [string, string][] = [
    ['of other data', headerText.replace(data as string, 'f'.repeat(64))],
    ['of another header', headerText.replace(header as string, 'f'.repeat(64))],
    ['in capitals', headerText.replace(header as string, `${header}`.toUpperCase())],
    ['left blank', headerText.replace(header as string, '0'.repeat(64))],
    ['of no digits', headerText.replace(header as string, '')],
    ['of a digit too few', headerText.replace(header as string, `${header}`.slice(1))],
    ['longer than the header', headerText.replace(header as string, 'f'.repeat(5000))],
    ['of control characters', headerText.replace(header as string, '\\u001b[2J')],
    ['that are a name', headerText.replace(header as string, 'softreg-model')],
    ['with an escape', headerText.replace(header as string, `\\u0030${'0'.repeat(63)}`)],
  ];

  test.each(cases)('%s', async (_, text) => {
    await expect(decodeModel(unsealedFile(text, payload))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
      message: expect.stringMatching(/^[ -~]{1,300}$/),
    });
  });

  test('a digest that stands in the receipt too is blanked in its own place alone', async () => {
    const receipt = { copy: data as string, zeros: '0'.repeat(64) };
    const file = await encodeModel({ ...TINY_MODEL, receipt });
    expect((await decodeModel(file)).receipt).toEqual(receipt);
  });
});

describe('a name twice in one object of a header is refused, though the seal is right', () => {
  const { headerText, payload } = takeApart(MODEL);
  const cases: [string, string][] = [
    ['in the metadata', headerText.replace('"pixel_scale"', '"pixel_scale":"1","pixel_scale"')],
    ['the metadata', headerText.replace('{', '{"__metadata__":{},')],
    ['a tensor', headerText.replace('"bias":', '"bias":0,"bias":')],
    ['a tensor, far from the other', headerText.replace(/\}( *)$/, ',"bias":0}$1')],
    ['a shape', headerText.replace('"shape":', '"shape" : [9], "shape"\t:')],
    [
      '__proto__',
      headerText.replace('"pixel_scale"', '"__proto__":"","__proto__":"","pixel_scale"'),
    ],
    ['an empty name', headerText.replace('"pixel_scale"', '"":"","":"","pixel_scale"')],
  ];

  test.each(cases)('%s', async (_, text) => {
    await expect(decodeModel(await sealedFile(text, payload))).rejects.toMatchObject({
      code: 'FILE_INVALID_HEADER',
      expected: 'JSON of at most 32768 items, with no escapes in names and none twice',
    });
  });

  test('in the class names a text may be there twice, and in two objects a name', async () => {
    const model = {
      ...TINY_MODEL,
      classNames: ['bias', 'bias'],
      receipt: { bias: 'bias', shape: 'dtype' },
    };
    expect(await decodeModel(await encodeModel(model))).toEqual(model);
  });
});

describe('headers that would make a careless reader run out of stack, memory or time', () => {
  // As much as a header may have, nearly.
  const depth = 32_000;
  const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const cases: [string, string][] = [
    ['nested deep', `{"a":${nested}}`],
    ['a shape nested deep', `{"a":{"dtype":"F32","shape":${nested},"data_offsets":[0,0]}}`],
    ['a dtype nested deep', `{"a":{"dtype":${nested},"shape":[],"data_offsets":[0,0]}}`],
    ['offsets nested deep', `{"a":{"dtype":"F32","shape":[0],"data_offsets":${nested}}}`],
    ['metadata nested deep', `{"__metadata__":{"a":${nested}}}`],
    ['objects nested deep', `${'{"a":'.repeat(10_000)}0${'}'.repeat(10_000)}`],
    ['objects that end before they begin', `{${'}'.repeat(60_000)}`],
    ['many objects', `{"a":[${'{},'.repeat(20_000)}{}]}`],
    ['many tensors', `{${Array.from({ length: 5000 }, (_, i) => `"${i}":0`).join()}}`],
    ['a shape of many sizes', `{"a":{"dtype":"F32","shape":[${'0,'.repeat(32_000)}0]}}`],
    ['a long name', `{"${'n'.repeat(65_000)}":null}`],
  ];

  test.each(cases)('%s', (_, header) => {
    const file = unsealedFile(header);
    const started = performance.now();
    const error = thrownBy(() => decodeSafetensors(file));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(error).toMatchObject({ name: 'SerializationError', code: 'FILE_INVALID_HEADER' });
    expect((error as SerializationError).message.length).toBeLessThan(300);
  });

  test('class names nested deep', async () => {
    const { header, payload } = takeApart(MODEL);
    header.__metadata__.class_names = nested.slice(1000, -1000);
    const file = await sealedFile(JSON.stringify(header), payload);
    await expect(decodeModel(file)).rejects.toMatchObject({ code: 'FILE_NOT_A_MODEL' });
  });
});

test('control characters of a file do not reach the terminal', () => {
  const dtype = 'a\u001b[31m\n\u009b2J\u202e\u2028';
  const header = { weights: { dtype, shape: [], data_offsets: [0, 0] } };
  const error = thrownBy(() => decodeSafetensors(unsealedFile(JSON.stringify(header))));
  expect((error as Error).message).toMatch(/^[ -~]*$/);
  expect((error as Error).message).toContain('found "a\\u001b[31m\\n\\u{9b}2J\\u{202e}\\u{2028}"');
});

// JSON.parse of Node 24 and 26 takes such names for others.
test.each(['\\', '"', 'a\n', '\u0000', 'b\\c'])('the name %j is not read', (name) => {
  for (const text of [`{"a":{},${JSON.stringify(name)} : {}}`, `{${JSON.stringify(name)}:{}}`]) {
    expect(thrownBy(() => decodeSafetensors(unsealedFile(text)))).toMatchObject({
      code: 'FILE_INVALID_HEADER',
      expected: 'JSON of at most 32768 items, with no escapes in names and none twice',
    });
  }
});

describe('errors', () => {
  test('say what was expected and found, and where', async () => {
    const error = await decodeModel(MODEL.subarray(0, 100)).catch((reason) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'SerializationError',
      code: 'FILE_TRUNCATED',
      subject: 'header',
      expected: expect.stringMatching(/^\d+ bytes$/),
      found: 'the end of the file after 100',
      offset: 100,
    });
    expect(error.message).toBe(
      `header: expected ${error.expected}, found the end of the file after 100 (at byte 100)`,
    );
  });

  test('are known by their mark, so that two copies of the package understand each other', () => {
    const details = { code: 'FILE_DAMAGED', subject: 'a', expected: 'b', found: 'c' } as const;
    expect(SerializationError.isInstance(new SerializationError(details))).toBe(true);
    expect(SerializationError.isInstance(new Error('a'))).toBe(false);
    expect(SerializationError.isInstance({ code: 'FILE_DAMAGED' })).toBe(false);
    const foreign = Object.assign(new Error('a'), {
      [Symbol.for('softreg.SerializationError')]: true,
    });
    expect(SerializationError.isInstance(foreign)).toBe(true);
  });
});

async function edited(file: Uint8Array, edit: Edit): Promise<Uint8Array> {
  const { headerText, header, payload } = takeApart(file);
  edit(header as Header & Record<string, Entry>);
  const text = JSON.stringify(header).replace('"#1e400"', '1e400');
  return sealedFile(text.padEnd(headerText.length, ' '), payload);
}

function set(header: Record<string, Entry>, name: string, fields: Entry): void {
  header[name] = { ...header[name], ...fields };
}

function meta(header: Header, fields: Entry): void {
  Object.assign(header.__metadata__, fields);
}

function rename(header: Record<string, unknown>, from: string, to: string): void {
  header[to] = header[from];
  delete header[from];
}

function swap(header: Record<string, unknown>, a: string, b: string): void {
  [header[a], header[b]] = [header[b], header[a]];
}

/** Two tensors of one element each in the place of the bias. */
function split(header: Record<string, unknown>, bias: number[], rest: number[]): void {
  header.bias = tensor(bias, [0, 4]);
  header.rest = tensor(rest, [4, 8]);
}

function tensor(shape: number[], offsets: [number, number]): Entry {
  return { dtype: 'F32', shape, data_offsets: offsets };
}

/** A file of this header, with a byte in the place of its question mark. */
function withByte(header: string, byte: number): Uint8Array {
  const file = unsealedFile(header);
  file[file.indexOf(0x3f)] = byte;
  return file;
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
