import { SerializationError, type SerializationErrorCode } from '../errors.js';

/** @param offset byte of the pickle, unpacked */
export function fault(
  code: SerializationErrorCode,
  offset: number,
  expected: string,
  found: string,
  advice?: string,
): SerializationError {
  return new SerializationError({ code, subject: 'pickle', expected, found, offset, advice });
}

/** An instruction that is none, or that its operands do not fit. */
export function broken(offset: number, expected: string, found: string): SerializationError {
  return fault('FILE_NOT_A_PICKLE', offset, expected, found);
}

/** Something that Python would import, call or build, and that is not on our list. */
export function refused(offset: number, found: string): SerializationError {
  return fault(
    'FILE_REFUSED',
    offset,
    'nothing but numbers, text, lists, NumPy arrays and the objects of the tutorial’s classifier',
    found,
    'do not open it with Python either, unless you know who made it: a pickle can run any program',
  );
}

export function tooLarge(offset: number, expected: string, found: string): SerializationError {
  return fault('FILE_TOO_LARGE', offset, expected, found);
}
