import { broken, refused } from './faults.js';
import { newArray, newDtype, newScalar, setArrayState, setDtypeState } from './numpy.js';
import { latin1Bytes, shortText } from './text.js';
import {
  Dtype,
  kindOf,
  NdArray,
  type PickleValue,
  PyBytes,
  PyName,
  PyRecord,
  PyText,
  PyTuple,
} from './values.js';

/**
 * What calling a name with arguments would give. Nothing is called: of each function on the list we know what it returns.
 *
 * @param allocate makes room for bytes, or throws
 * @throws SerializationError FILE_REFUSED, FILE_NOT_A_PICKLE
 */
export function called(
  callable: PickleValue,
  args: PickleValue,
  offset: number,
  allocate: (length: number) => Uint8Array,
): PickleValue {
  if (!(args instanceof PyTuple)) throw broken(offset, 'a tuple of arguments', kindOf(args));
  const [first = null, second = null, third = null] = args.items;
  const count = args.items.length;
  switch (callable instanceof PyName ? callable.kind : undefined) {
    case 'make array':
      return newArray(args, offset);
    case 'numpy dtype':
      return newDtype(args, offset);
    case 'make scalar':
      return newScalar(args, offset);
    case 'array from device':
      if (first instanceof NdArray && count <= 2) return first;
      break;
    case 'encode text':
      if (first instanceof PyText && isText(second, 'latin1') && count === 2) {
        return new PyBytes(latin1Bytes(first, offset, allocate));
      }
      break;
    case 'make bytes':
      if (count === 0) return new PyBytes(new Uint8Array(0));
      break;
    case 'make object':
      if (isName(second, 'object') && third === null && count === 3) {
        return newRecord(first, offset);
      }
      break;
    case 'get attribute':
      // That of an object that was never made: kept as one more of them.
      if (first instanceof PyRecord && second instanceof PyText && count === 2) {
        return new PyRecord('builtins.getattr');
      }
      break;
  }
  throw refused(offset, `a call of ${kindOf(callable)}`);
}

/** @throws SerializationError FILE_REFUSED unless it is a class of Theano's or of the tutorial */
export function newRecord(type: PickleValue, offset: number): PyRecord {
  if (isName(type, 'symbol')) return new PyRecord(type.name);
  throw refused(offset, `an object of ${kindOf(type)}`);
}

/** @throws SerializationError FILE_REFUSED for what has no state to set, FILE_NOT_A_PICKLE for a state that does not fit */
export function setState(value: PickleValue, state: PickleValue, offset: number): void {
  if (value instanceof NdArray) {
    setArrayState(value, state, offset);
  } else if (value instanceof Dtype) {
    setDtypeState(value, state, offset);
  } else if (value instanceof PyRecord) {
    if (value.state !== undefined) throw broken(offset, 'one state an object', 'a second one');
    value.state = state;
  } else {
    throw refused(offset, `a state for ${kindOf(value)}`);
  }
}

function isName(value: PickleValue, kind: PyName['kind']): value is PyName {
  return value instanceof PyName && value.kind === kind;
}

function isText(value: PickleValue, text: string): boolean {
  return value instanceof PyText && shortText(value) === text;
}
