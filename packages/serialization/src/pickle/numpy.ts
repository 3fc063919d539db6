import { broken, refused } from './faults.js';
import { shortText } from './text.js';
import {
  type ArrayContent,
  Dtype,
  type ElementType,
  kindOf,
  NdArray,
  type PickleValue,
  PyBytes,
  PyName,
  PyText,
  PyTuple,
} from './values.js';

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = {
  f4: 4,
  f8: 8,
  i8: 8,
  i4: 4,
  u1: 1,
};

/** NumPy's own limit was 32 in all versions that Theano ran with. */
const MAX_RANK = 32;

/** What `numpy.dtype(type, False, True)` makes, which is how NumPy writes every dtype. */
export function newDtype(args: PyTuple, offset: number): Dtype {
  const [name, align, copy] = args.items;
  const type = name instanceof PyText ? shortText(name) : undefined;
  if (type === undefined || !Object.hasOwn(ELEMENT_BYTES, type)) {
    const found = type === undefined ? kindOf(name ?? null) : JSON.stringify(type);
    throw refused(offset, `an array of element type ${found}`);
  }
  if (args.items.length !== 3 || flagOf(align) !== false || flagOf(copy) !== true) {
    throw broken(offset, 'the arguments of a dtype', kindOf(args));
  }
  return new Dtype(type as ElementType);
}

/** The state of a dtype: version 3, the byte order, and nothing of what plain numbers do not have. */
export function setDtypeState(dtype: Dtype, state: PickleValue, offset: number): void {
  const [version, order, ...rest] = state instanceof PyTuple ? state.items : [];
  const sign = order instanceof PyText ? shortText(order) : undefined;
  const isPlain = [null, null, null, -1, -1, 0].every((value, index) => rest[index] === value);
  const signs = dtype.type === 'u1' ? ['|'] : ['<', '>'];
  if (version !== 3 || sign === undefined || !signs.includes(sign) || !isPlain || rest.length > 6) {
    throw broken(offset, 'the state of a plain dtype', kindOf(state));
  }
  if (dtype.littleEndian !== undefined) throw broken(offset, 'one state a dtype', 'a second one');
  dtype.littleEndian = sign !== '>';
}

/** The empty array that `_reconstruct(numpy.ndarray, (0,), 'b')` makes, until its state comes. */
export function newArray(args: PyTuple, offset: number): NdArray {
  const [type, shape, code] = args.items;
  const isEmptyShape = shape instanceof PyTuple && shape.items.length === 1 && shape.items[0] === 0;
  const isCode =
    (code instanceof PyText || code instanceof PyBytes) &&
    code.bytes.length === 1 &&
    code.bytes[0] === 0x62;
  const isArray = type instanceof PyName && type.kind === 'numpy array';
  if (!isArray || !isEmptyShape || !isCode || args.items.length !== 3) {
    throw broken(offset, 'the arguments of an empty array', kindOf(args));
  }
  return new NdArray();
}

/** The state of an array: version 1, shape, dtype, whether the first index runs fastest, and the bytes. */
export function setArrayState(array: NdArray, state: PickleValue, offset: number): void {
  const [version, shape, dtype, fortran, data] = state instanceof PyTuple ? state.items : [];
  const isFortran = flagOf(fortran);
  if (
    version !== 1 ||
    !(shape instanceof PyTuple) ||
    !shape.items.every(isCount) ||
    shape.items.length > MAX_RANK ||
    isFortran === undefined ||
    (state as PyTuple).items.length !== 5
  ) {
    throw broken(offset, 'the state of an array', kindOf(state));
  }
  if (array.content !== undefined) throw broken(offset, 'one state an array', 'a second one');
  const sides = shape.items as number[];
  array.content = content(sides, dtype ?? null, isFortran, data ?? null, offset);
}

/** A number of NumPy's, as an array without dimensions. */
export function newScalar(args: PyTuple, offset: number): NdArray {
  const [dtype, data] = args.items;
  if (args.items.length !== 2) throw broken(offset, 'the arguments of a scalar', kindOf(args));
  const array = new NdArray();
  array.content = content([], dtype ?? null, false, data ?? null, offset);
  return array;
}

function content(
  shape: readonly number[],
  dtype: PickleValue,
  isFortran: boolean,
  data: PickleValue,
  offset: number,
): ArrayContent {
  if (!(dtype instanceof Dtype) || dtype.littleEndian === undefined) {
    throw broken(offset, 'a dtype', kindOf(dtype));
  }
  const { type, littleEndian } = dtype;
  const isData = data instanceof PyBytes || (data instanceof PyText && data.encoding === 'latin1');
  if (!isData) throw broken(offset, 'the bytes of an array', kindOf(data));
  const { bytes } = data;
  const expected = shape.reduce((product, side) => product * side, ELEMENT_BYTES[type]);
  if (bytes.length !== expected) {
    throw broken(offset, `${expected} bytes for ${shape.join(' x ')} ${type}`, `${bytes.length}`);
  }
  return { type, littleEndian, shape, isFortran, bytes };
}

/** @returns undefined for what is neither 0 or False nor 1 or True */
function flagOf(value: PickleValue | undefined): boolean | undefined {
  if (value === 0 || value === false) return false;
  return value === 1 || value === true ? true : undefined;
}

function isCount(value: PickleValue): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
