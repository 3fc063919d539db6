/** The typed array that holds the elements of each IDX type. */
export interface IdxArrays {
  uint8: Uint8Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  float32: Float32Array;
  float64: Float64Array;
}

export type IdxType = keyof IdxArrays;

export interface ElementType<T extends IdxType = IdxType> {
  readonly type: T;
  /** Third byte of the magic number. */
  readonly code: number;
  readonly bytes: 1 | 2 | 4 | 8;
  readonly create: (buffer: ArrayBuffer, byteOffset?: number, length?: number) => IdxArrays[T];
}

/** The six element types of the format, from the comment on "the IDX file format" at the end of the MNIST page. */
export const ELEMENT_TYPES: { readonly [T in IdxType]: ElementType<T> } = {
  uint8: { type: 'uint8', code: 0x08, bytes: 1, create: (b, o, n) => new Uint8Array(b, o, n) },
  int8: { type: 'int8', code: 0x09, bytes: 1, create: (b, o, n) => new Int8Array(b, o, n) },
  int16: { type: 'int16', code: 0x0b, bytes: 2, create: (b, o, n) => new Int16Array(b, o, n) },
  int32: { type: 'int32', code: 0x0c, bytes: 4, create: (b, o, n) => new Int32Array(b, o, n) },
  float32: {
    type: 'float32',
    code: 0x0d,
    bytes: 4,
    create: (b, o, n) => new Float32Array(b, o, n),
  },
  float64: {
    type: 'float64',
    code: 0x0e,
    bytes: 8,
    create: (b, o, n) => new Float64Array(b, o, n),
  },
};

const BY_CODE = new Map<number, ElementType>(
  Object.values(ELEMENT_TYPES).map((element) => [element.code, element]),
);

export function elementTypeOfCode(code: number): ElementType | undefined {
  return BY_CODE.get(code);
}

export function elementTypeOfArray(data: unknown): ElementType | undefined {
  for (const element of Object.values(ELEMENT_TYPES)) {
    if (Object.prototype.toString.call(data) === `[object ${arrayName(element.type)}]`) {
      return element;
    }
  }
  return undefined;
}

function arrayName(type: IdxType): string {
  return `${type.replace('uint', 'Uint').replace(/^[if]/, (letter) => letter.toUpperCase())}Array`;
}
