import { broken } from './faults.js';
import { shortText } from './text.js';
import { type DictKey, kindOf, type PickleValue, PyDict, PyText } from './values.js';

/**
 * Puts keys and values, one after the other, into a dict.
 *
 * @throws SerializationError FILE_NOT_A_PICKLE
 */
export function setItems(
  keysAndValues: readonly PickleValue[],
  dict: PickleValue,
  offset: number,
): PyDict {
  if (!(dict instanceof PyDict)) throw broken(offset, 'a dict', kindOf(dict));
  if (keysAndValues.length % 2 !== 0) throw broken(offset, 'a value for each key', 'a key more');
  for (let i = 0; i < keysAndValues.length; i += 2) {
    const key = keyOf(keysAndValues[i] as PickleValue, offset);
    dict.entries.set(key, keysAndValues[i + 1] as PickleValue);
  }
  return dict;
}

/** Python allows more, but the tutorial's files have nothing but names. */
function keyOf(value: PickleValue, offset: number): DictKey {
  const key = value instanceof PyText ? shortText(value) : value;
  if (typeof key === 'string' || typeof key === 'number') return key;
  throw broken(offset, 'a short text or a whole number as key', kindOf(value));
}
