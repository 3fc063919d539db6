// Pickles put together instruction by instruction, as protocol 2 has them, with none of the package's own code.

export type Part = string | Uint8Array | readonly Part[];

/** Bytes of which each is a character of the strings, or a byte. */
export function bytesOfParts(...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const flat: number[] = [];
  function add(part: Part): void {
    if (typeof part === 'string') for (const character of part) flat.push(character.charCodeAt(0));
    else if (part instanceof Uint8Array) for (const byte of part) flat.push(byte);
    else part.forEach(add);
  }
  parts.forEach(add);
  return Uint8Array.from(flat);
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** SHORT_BINSTRING, Python 2's text. */
export function text(value: string): Part {
  return ['U', Uint8Array.of(value.length), value];
}

/** BINSTRING, Python 2's bytes. */
export function longText(bytes: Uint8Array): Part {
  return ['T', uint32(bytes.length), bytes];
}

export function whole(value: number): Part {
  return ['J', uint32(value)];
}

export function global(module: string, name: string): Part {
  return `c${module}\n${name}\n`;
}

export function tuple(...items: Part[]): Part {
  return ['(', items, 't'];
}

export function dict(fields: Readonly<Record<string, Part>>): Part {
  return ['}(', Object.entries(fields).map(([name, value]) => [text(name), value]), 'u'];
}

export function list(...items: Part[]): Part {
  return ['](', items, 'e'];
}

export function record(
  module: string,
  name: string,
  fields?: Readonly<Record<string, Part>>,
): Part {
  return [global(module, name), ')\x81', fields === undefined ? '' : [dict(fields), 'b']];
}

export function dtype(type: string, order: string): Part {
  return [
    global('numpy', 'dtype'),
    tuple(text(type), whole(0), whole(1)),
    'R',
    tuple(whole(3), text(order), 'NNN', whole(-1), whole(-1), whole(0)),
    'b',
  ];
}

/** What {@link array} is made of; each part can be another than NumPy would write. */
export interface ArrayParts {
  readonly type?: Part;
  readonly shape?: Part;
  readonly fortran?: Part;
  readonly data?: Part;
  readonly version?: Part;
  readonly made?: Part;
}

const EMPTY_ARRAY: Part = [
  global('numpy.core.multiarray', '_reconstruct'),
  tuple(global('numpy', 'ndarray'), tuple(whole(0)), text('b')),
  'R',
];

export function array(shape: readonly number[], data: Uint8Array, parts: ArrayParts = {}): Part {
  return [
    parts.made ?? EMPTY_ARRAY,
    tuple(
      parts.version ?? whole(1),
      parts.shape ?? tuple(...shape.map(whole)),
      parts.type ?? dtype('f4', '<'),
      parts.fortran ?? '\x89',
      parts.data ?? longText(data),
    ),
    'b',
  ];
}

export function floats(length: number, value: (index: number) => number): Uint8Array {
  const bytes = new Uint8Array(4 * length);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < length; index++) view.setFloat32(4 * index, value(index), true);
  return bytes;
}

export function longs(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setBigInt64(8 * index, BigInt(value), true);
  return bytes;
}

/** A shared variable of Theano's. */
export function shared(value: Part): Part {
  return record('theano.tensor.sharedvar', 'TensorSharedVariable', {
    container: record('theano.gof.link', 'Container', { storage: list(value) }),
  });
}

export const WEIGHTS = floats(7840, (index) => (index % 31) / 8 - 1);
export const BIAS = floats(10, (index) => index - 0.5);

export function classifier(fields: Readonly<Record<string, Part>> = {}): Part {
  return record('__main__', 'LogisticRegression', {
    W: shared(array([784, 10], WEIGHTS)),
    b: shared(array([10], BIAS)),
    ...fields,
  });
}

export function modelPickle(fields?: Readonly<Record<string, Part>>): Uint8Array<ArrayBuffer> {
  return bytesOfParts('\x80\x02', classifier(fields), '.');
}

/** Two images of one value each, and their labels. */
export function dataSet(images?: Part, labels?: Part): Part {
  return tuple(
    images ??
      array(
        [2, 784],
        floats(1568, (index) => (index < 784 ? 0.25 : 255 / 256)),
      ),
    labels ?? array([2], longs(9, 0), { type: dtype('i8', '<') }),
  );
}

export function dataPickle(...sets: Part[]): Uint8Array<ArrayBuffer> {
  const [train, validation, test] = sets;
  return bytesOfParts(
    '\x80\x02',
    tuple(train ?? dataSet(), validation ?? dataSet(), test ?? dataSet()),
    '.',
  );
}
