import { ByteReader } from './byte-reader.js';
import { broken, fault, refused, tooLarge } from './faults.js';
import { INSTRUCTIONS, type Machine } from './instructions.js';
import { Stack } from './stack.js';
import type { PickleValue } from './values.js';

/**
 * A classifier has some 1,600 to 2,000. Each adds at most one value to the stack, to a list or to the memo, of some hundred bytes, so that
 * this bounds them all.
 */
const MAX_INSTRUCTIONS = 2 ** 15;
const MAX_MEMO_INDEX = 2 ** 15;
/** Bytes built by escapes: at most twice as many as the file has. */
const BUILT_BYTES_A_BYTE = 2;

const STOP = 0x2e;
/** Instructions that Python knows and we refuse, for the message. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [0x50, 'an object from outside (PERSID)'],
  [0x51, 'an object from outside (BINPERSID)'],
  [0x82, 'a name of the extension registry (EXT1)'],
  [0x83, 'a name of the extension registry (EXT2)'],
  [0x84, 'a name of the extension registry (EXT4)'],
  [0x8f, 'a set (EMPTY_SET)'],
  [0x90, 'a set (ADDITEMS)'],
  [0x91, 'a set (FROZENSET)'],
  [0x92, 'an object with named arguments (NEWOBJ_EX)'],
  [0x32, 'a copy of a value (DUP)'],
]);

/**
 * Reads a pickle of protocols 0 to 4, the whole of the bytes. Nothing is imported or called, and objects are records of a class name and a
 * state; names that are not on the list are refused.
 *
 * @throws SerializationError FILE_NOT_A_PICKLE, FILE_REFUSED, FILE_TRUNCATED, FILE_TRAILING_BYTES, FILE_TOO_LARGE,
 *   FILE_UNSUPPORTED_VERSION
 */
export function unpickle(bytes: Uint8Array): PickleValue {
  const reader = new ByteReader(bytes);
  const machine = newMachine(reader);
  for (let count = 0; ; count++) {
    const offset = reader.offset;
    machine.offset = offset;
    machine.stack.offset = offset;
    if (count === MAX_INSTRUCTIONS) {
      throw tooLarge(offset, `at most ${MAX_INSTRUCTIONS} instructions`, 'more');
    }
    const code = reader.uint8();
    if (code === STOP) break;
    const instruction = INSTRUCTIONS.get(code);
    if (instruction === undefined) throw unknown(code, offset);
    instruction(machine);
  }
  const left = bytes.length - reader.offset;
  if (left > 0) {
    const expected = `the end of the file after ${reader.offset} bytes`;
    throw fault('FILE_TRAILING_BYTES', reader.offset, expected, `${left} more`);
  }
  return machine.stack.result();
}

function newMachine(reader: ByteReader): Machine & { offset: number } {
  const stack = new Stack();
  const memo = new Map<number, PickleValue>();
  let budget = BUILT_BYTES_A_BYTE * reader.bytes.length;
  return {
    reader,
    stack,
    offset: 0,
    allocate(length) {
      budget -= length;
      if (budget < 0) throw tooLarge(stack.offset, 'no text that is decoded again', 'more of it');
      return new Uint8Array(length);
    },
    remember(index) {
      if (index >= MAX_MEMO_INDEX) {
        throw tooLarge(stack.offset, `a memo of at most ${MAX_MEMO_INDEX}`, `entry ${index}`);
      }
      memo.set(index, stack.top());
    },
    rememberNext() {
      this.remember(memo.size);
    },
    recall(index) {
      const value = memo.get(index);
      if (value === undefined) throw broken(stack.offset, 'a value in the memo', `none ${index}`);
      return value;
    },
  };
}

function unknown(code: number, offset: number) {
  const name = REFUSED.get(code);
  if (name !== undefined) return refused(offset, name);
  return broken(offset, 'a pickle', `the byte 0x${code.toString(16).padStart(2, '0')}`);
}
