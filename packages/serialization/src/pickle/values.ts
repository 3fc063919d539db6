/** Whatever a pickle may hold. Nothing in it is an object of Python's: those are {@link PyRecord}s. */
export type PickleValue =
  | null
  | boolean
  | number
  | PyFloat
  | PyText
  | PyBytes
  | PyList
  | PyTuple
  | PyDict
  | PyName
  | PyRecord
  | Dtype
  | NdArray;

/** A float of Python's, apart from whole numbers: where those are asked for, Python takes none of these. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Text that is decoded when somebody asks for it: in files of Python 2 it may be the bytes of a large array. */
export class PyText {
  readonly bytes: Uint8Array;
  /** In `latin1` each byte is the character of its number: so Python 3 is told to read the byte strings of Python 2. */
  readonly encoding: 'latin1' | 'utf-8';

  constructor(bytes: Uint8Array, encoding: 'latin1' | 'utf-8') {
    this.bytes = bytes;
    this.encoding = encoding;
  }
}

export class PyBytes {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

export class PyList {
  readonly items: PickleValue[];

  constructor(items: PickleValue[]) {
    this.items = items;
  }
}

export class PyTuple {
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

export type DictKey = string | number;

export class PyDict {
  readonly entries = new Map<DictKey, PickleValue>();
}

/** What a name may stand for. `symbol` is a class or a function of Theano's or of the tutorial: the name is all we know. */
export type NameKind =
  | 'symbol'
  | 'numpy array'
  | 'numpy dtype'
  | 'make array'
  | 'make scalar'
  | 'array from device'
  | 'encode text'
  | 'make bytes'
  | 'make object'
  | 'object'
  | 'get attribute';

/** A name that the pickle asks for. Nothing is looked up by it. */
export class PyName {
  /** Module and name, with a dot between them. */
  readonly name: string;
  readonly kind: NameKind;

  constructor(name: string, kind: NameKind) {
    this.name = name;
    this.kind = kind;
  }
}

/** An object of Python's, never made: the name of its class and the state that was to be put into it. */
export class PyRecord {
  readonly className: string;
  state: PickleValue | undefined;

  constructor(className: string) {
    this.className = className;
  }

  /** @returns undefined where the state has no such field, or is no dict */
  field(name: string): PickleValue | undefined {
    return this.state instanceof PyDict ? this.state.entries.get(name) : undefined;
  }
}

export type ElementType = 'f4' | 'f8' | 'i8' | 'i4' | 'u1';

export class Dtype {
  readonly type: ElementType;
  /** Not known until the pickle says it. */
  littleEndian: boolean | undefined;

  constructor(type: ElementType) {
    this.type = type;
  }
}

export interface ArrayContent {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** Outermost first; empty for a scalar. */
  readonly shape: readonly number[];
  /** Whether the first index runs fastest. */
  readonly isFortran: boolean;
  /** As in the file, not copied. */
  readonly bytes: Uint8Array;
}

export class NdArray {
  content: ArrayContent | undefined;
}

/** For an error message. */
export function kindOf(value: PickleValue): string {
  if (value === null) return 'None';
  if (value instanceof PyFloat) return `the float ${value.value}`;
  if (value instanceof PyName) return value.name;
  if (value instanceof PyRecord) return `an object of ${value.className}`;
  if (value instanceof PyText) return 'text';
  if (value instanceof PyBytes) return 'bytes';
  if (value instanceof PyList) return `a list of ${value.items.length}`;
  if (value instanceof PyTuple) return `a tuple of ${value.items.length}`;
  if (value instanceof PyDict) return 'a dict';
  if (value instanceof Dtype) return `the dtype ${value.type}`;
  if (value instanceof NdArray) return arrayText(value.content);
  return String(value);
}

function arrayText(content: ArrayContent | undefined): string {
  if (content === undefined) return 'an empty array';
  return `an array of ${content.shape.slice(0, 8).join(' x ')} ${content.type}`;
}
