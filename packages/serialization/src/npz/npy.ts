import { SerializationError } from '../errors.js';

/** One array of a NumPy file, in row-major order. */
export interface NpyArray {
  readonly shape: readonly number[];
  /** Numbers, or texts of the type `<U`. */
  readonly data: Float32Array | Float64Array | readonly string[];
}

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
/** NumPy begins the data at a multiple of this. */
const ALIGNMENT = 64;
const HEADER =
  /^\{'descr': '([<>|=]?)([fiuU])(\d+)', 'fortran_order': (True|False), 'shape': \(((?:\d+, ?)*\d*)\), ?\} *\n$/;

/** A `.npy` file of format version 1.0: float32, float64 or texts, little-endian. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  const { descr, bytes } = encodeElements(data);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((MAGIC.length + 4 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${text.padEnd(start - MAGIC.length - 4 - 1)}\n`;
  const file = new Uint8Array(start + bytes.length);
  file.set(MAGIC);
  file.set([1, 0, header.length & 255, header.length >> 8], MAGIC.length);
  file.set(new TextEncoder().encode(header), MAGIC.length + 4);
  file.set(bytes, start);
  return file;
}

function encodeElements(data: NpyArray['data']): { descr: string; bytes: Uint8Array } {
  if (data instanceof Float32Array || data instanceof Float64Array) {
    const size = data.BYTES_PER_ELEMENT;
    const view = new DataView(new ArrayBuffer(size * data.length));
    for (const [i, value] of data.entries()) {
      if (size === 4) view.setFloat32(4 * i, value, true);
      else view.setFloat64(8 * i, value, true);
    }
    return { descr: `<f${size}`, bytes: new Uint8Array(view.buffer) };
  }
  const texts = data.map((text) => Array.from(text, (character) => character.codePointAt(0)));
  const width = Math.max(1, ...texts.map(({ length }) => length));
  const view = new DataView(new ArrayBuffer(4 * width * texts.length));
  for (const [i, points] of texts.entries()) {
    for (const [k, point] of points.entries())
      view.setUint32(4 * (width * i + k), point ?? 0, true);
  }
  return { descr: `<U${width}`, bytes: new Uint8Array(view.buffer) };
}

/**
 * Decodes a `.npy` file of numbers or texts, of format version 1.0, 2.0 or 3.0, in either order of bytes and of dimensions. Whole
 * numbers of 64 bits are rounded to float64.
 *
 * @param subject what to call the file in an error
 * @throws SerializationError FILE_NOT_A_MODEL, FILE_TRUNCATED, FILE_TRAILING_BYTES
 */
export function decodeNpy(subject: string, file: Uint8Array): NpyArray {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isNpy = MAGIC.every((byte, i) => file[i] === byte);
  const version = isNpy ? (file[6] ?? 0) : 0;
  if (version < 1 || version > 3 || file.length < 12) {
    throw notAModel(subject, 'a NumPy array', isNpy ? `format version ${version}` : 'other bytes');
  }
  const headerAt = version === 1 ? 10 : 12;
  const headerBytes = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = headerAt + headerBytes;
  if (start > file.length) throw truncated(subject, start, file.length);
  const header = new TextDecoder('latin1').decode(file.subarray(headerAt, start));
  const [, order, kind, size, fortran, sizes] = HEADER.exec(header) ?? [];
  const element = ELEMENTS[`${kind}${kind === 'U' ? '' : size}`];
  if (element === undefined || sizes === undefined) {
    throw notAModel(subject, 'an array of numbers or texts', header.trim().slice(0, 80));
  }
  const shape = sizes.split(',').filter(Boolean).map(Number);
  const count = shape.reduce((product, length) => product * length, 1);
  const elementBytes = kind === 'U' ? 4 * Number(size) : Number(size);
  // Any number of them would be in no bytes at all.
  if (!(elementBytes > 0)) throw notAModel(subject, 'texts of a character or more', `<U${size}`);
  const end = start + count * elementBytes;
  if (end > file.length) throw truncated(subject, end, file.length);
  if (end < file.length) {
    throw new SerializationError({
      code: 'FILE_TRAILING_BYTES',
      subject,
      expected: `${end} bytes, as its header says`,
      found: `${file.length}`,
    });
  }
  const data = element(view, start, count, elementBytes, order !== '>');
  return { shape, data: fortran === 'True' ? rowMajor(data, shape) : data };
}

type Decode = (
  view: DataView,
  start: number,
  count: number,
  bytes: number,
  isLittle: boolean,
) => NpyArray['data'];

const numbers =
  (bytes: number, read: (view: DataView, at: number, isLittle: boolean) => number): Decode =>
  (view, start, count, _, isLittle) =>
    Float64Array.from({ length: count }, (_value, i) => read(view, start + bytes * i, isLittle));

const ELEMENTS: Readonly<Record<string, Decode>> = {
  f4: numbers(4, (view, at, isLittle) => view.getFloat32(at, isLittle)),
  f8: numbers(8, (view, at, isLittle) => view.getFloat64(at, isLittle)),
  i4: numbers(4, (view, at, isLittle) => view.getInt32(at, isLittle)),
  i8: numbers(8, (view, at, isLittle) => Number(view.getBigInt64(at, isLittle))),
  u1: numbers(1, (view, at) => view.getUint8(at)),
  U(view, start, count, bytes, isLittle) {
    return Array.from({ length: count }, (_, i) => {
      const from = start + i * bytes;
      const points = Array.from({ length: bytes / 4 }, (_point, k) =>
        view.getUint32(from + 4 * k, isLittle),
      );
      if (points.some((point) => point > 0x10ffff)) return '\ufffd';
      return String.fromCodePoint(...points).replace(/\0+$/, '');
    });
  },
};

/** Of two dimensions at most, where Fortran's order is another. */
function rowMajor(data: NpyArray['data'], [rows = 1, columns = 1]: number[]): NpyArray['data'] {
  return Array.isArray(data)
    ? data
    : Float64Array.from(
        data as Float64Array,
        (_, i) => data[(i % columns) * rows + Math.floor(i / columns)] as number,
      );
}

export function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_NOT_A_MODEL', subject, expected, found });
}

function truncated(subject: string, expected: number, found: number): SerializationError {
  return new SerializationError({
    code: 'FILE_TRUNCATED',
    subject,
    expected: `${expected} bytes, as its header says`,
    found: `${found}`,
  });
}
