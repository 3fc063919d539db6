import type { ByteReader } from './byte-reader.js';
import { broken, fault } from './faults.js';
import { setItems } from './items.js';
import { allowedName } from './names.js';
import {
  decimalFloat,
  decimalIndex,
  decimalLong,
  decimalOrBoolean,
  longNumber,
} from './numbers.js';
import { called, newRecord, setState } from './objects.js';
import type { Stack } from './stack.js';
import { MAX_NAME_BYTES, quotedText, rawUnicodeText, shortText, utf8Text } from './text.js';
import {
  kindOf,
  type PickleValue,
  PyBytes,
  PyDict,
  PyFloat,
  PyList,
  PyText,
  PyTuple,
} from './values.js';

/** What instructions read, change and may use. */
export interface Machine {
  readonly reader: ByteReader;
  readonly stack: Stack;
  /** Of the instruction under way. */
  readonly offset: number;
  /** Makes room for bytes that are not in the file as they are. @throws SerializationError FILE_TOO_LARGE */
  allocate(length: number): Uint8Array;
  remember(index: number): void;
  rememberNext(): void;
  recall(index: number): PickleValue;
}

type Instruction = (machine: Machine) => void;

const NEWEST_PROTOCOL = 4;

/**
 * The instructions of protocols 0 to 4 by their byte (Python's pickletools lists them), but for those that no file of the tutorial has:
 * persistent objects, the extension registry, sets, and objects with named arguments. STOP is not among them: it ends the loop.
 */
export const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map(
  Object.entries<Instruction>({
    '\x80': protocol,
    '\x95': ({ reader }) => reader.enterFrame(reader.uint64()),
    // Numbers and such.
    N: ({ stack }) => stack.push(null),
    '\x88': ({ stack }) => stack.push(true),
    '\x89': ({ stack }) => stack.push(false),
    I: ({ stack, reader }) => stack.push(decimalOrBoolean(reader)),
    L: ({ stack, reader }) => stack.push(decimalLong(reader)),
    F: ({ stack, reader }) => stack.push(new PyFloat(decimalFloat(reader))),
    K: ({ stack, reader }) => stack.push(reader.uint8()),
    M: ({ stack, reader }) => stack.push(reader.uint16()),
    J: ({ stack, reader }) => stack.push(reader.int32()),
    G: ({ stack, reader }) => stack.push(new PyFloat(reader.float64())),
    '\x8a': ({ stack, reader }) => stack.push(longNumber(reader, reader.uint8())),
    '\x8b': ({ stack, reader }) => stack.push(longNumber(reader, reader.uint32())),
    // Text and bytes.
    S: (m) => m.stack.push(quotedText(m.reader.line(), m.offset, m.allocate)),
    V: (m) => m.stack.push(rawUnicodeText(m.reader.line(), m.offset, m.allocate)),
    U: ({ stack, reader }) => stack.push(new PyText(reader.take(reader.uint8()), 'latin1')),
    T: ({ stack, reader }) => stack.push(new PyText(reader.take(reader.uint32()), 'latin1')),
    X: (m) => m.stack.push(utf8Text(m.reader.take(m.reader.uint32()), m.offset)),
    '\x8c': (m) => m.stack.push(utf8Text(m.reader.take(m.reader.uint8()), m.offset)),
    '\x8d': (m) => m.stack.push(utf8Text(m.reader.take(m.reader.uint64()), m.offset)),
    B: ({ stack, reader }) => stack.push(new PyBytes(reader.take(reader.uint32()))),
    C: ({ stack, reader }) => stack.push(new PyBytes(reader.take(reader.uint8()))),
    '\x8e': ({ stack, reader }) => stack.push(new PyBytes(reader.take(reader.uint64()))),
    // Tuples, lists and dicts.
    '(': ({ stack }) => stack.mark(),
    ')': ({ stack }) => stack.push(new PyTuple([])),
    t: ({ stack }) => stack.push(new PyTuple(stack.popToMark())),
    '\x85': (m) => pushTuple(m, 1),
    '\x86': (m) => pushTuple(m, 2),
    '\x87': (m) => pushTuple(m, 3),
    ']': ({ stack }) => stack.push(new PyList([])),
    l: ({ stack }) => stack.push(new PyList(stack.popToMark())),
    a: (m) => append(m, [m.stack.pop()]),
    e: (m) => append(m, m.stack.popToMark()),
    '}': ({ stack }) => stack.push(new PyDict()),
    d: (m) => m.stack.push(setItems(m.stack.popToMark(), new PyDict(), m.offset)),
    s: setItem,
    u: (m) => void setItems(m.stack.popToMark(), m.stack.top(), m.offset),
    // The stack and the memo.
    '0': ({ stack }) => stack.popValueOrMark(),
    '1': ({ stack }) => void stack.popToMark(),
    g: (m) => m.stack.push(m.recall(decimalIndex(m.reader))),
    h: (m) => m.stack.push(m.recall(m.reader.uint8())),
    j: (m) => m.stack.push(m.recall(m.reader.uint32())),
    p: (m) => m.remember(decimalIndex(m.reader)),
    q: (m) => m.remember(m.reader.uint8()),
    r: (m) => m.remember(m.reader.uint32()),
    '\x94': (m) => m.rememberNext(),
    // Names and objects.
    c: (m) => m.stack.push(namedInLines(m)),
    '\x93': pushNamedOnStack,
    R: callOnStack,
    '\x81': newObject,
    i: (m) => m.stack.push(objectOf(namedInLines(m), m.stack.popToMark(), m)),
    o: objectFromMark,
    b: build,
  }).map(([character, instruction]) => [character.charCodeAt(0), instruction]),
);

function protocol({ reader, offset }: Machine): void {
  const version = reader.uint8();
  if (offset !== 0) throw broken(offset, 'a protocol at the beginning alone', 'another one');
  if (version > NEWEST_PROTOCOL) {
    throw fault(
      'FILE_UNSUPPORTED_VERSION',
      offset,
      `protocol 0 to ${NEWEST_PROTOCOL}`,
      `${version}`,
      `write it again with pickle.dump(..., protocol=${NEWEST_PROTOCOL})`,
    );
  }
}

function pushTuple({ stack }: Machine, length: number): void {
  const items = Array.from({ length }, () => stack.pop());
  stack.push(new PyTuple(items.reverse()));
}

function append({ stack, offset }: Machine, items: readonly PickleValue[]): void {
  const list = stack.top();
  if (!(list instanceof PyList)) throw broken(offset, 'a list to append to', kindOf(list));
  for (const item of items) list.items.push(item);
}

function setItem(machine: Machine): void {
  const value = machine.stack.pop();
  const key = machine.stack.pop();
  setItems([key, value], machine.stack.top(), machine.offset);
}

/** Module and name in a line each. */
function namedInLines({ reader, offset }: Machine) {
  return allowedName(reader.word(MAX_NAME_BYTES), reader.word(MAX_NAME_BYTES), offset);
}

function pushNamedOnStack({ stack, offset }: Machine): void {
  const [name, module] = [stack.pop(), stack.pop()].map((value) => {
    const text = value instanceof PyText ? shortText(value) : undefined;
    if (text === undefined) throw broken(offset, 'a name', kindOf(value));
    return text;
  });
  stack.push(allowedName(module as string, name as string, offset));
}

function callOnStack({ stack, offset, allocate }: Machine): void {
  const args = stack.pop();
  stack.push(called(stack.pop(), args, offset, allocate));
}

function newObject(machine: Machine): void {
  const args = machine.stack.pop();
  const type = machine.stack.pop();
  if (!(args instanceof PyTuple)) {
    throw broken(machine.offset, 'a tuple of arguments', kindOf(args));
  }
  machine.stack.push(newRecord(type, machine.offset));
}

function objectFromMark(machine: Machine): void {
  const [type, ...args] = machine.stack.popToMark();
  if (type === undefined) throw broken(machine.offset, 'a class', 'nothing');
  machine.stack.push(objectOf(type, args, machine));
}

/** An object of a class that is older than Python 2.2; those of Theano take no arguments. */
function objectOf(type: PickleValue, args: readonly PickleValue[], { offset }: Machine) {
  if (args.length > 0) throw broken(offset, 'no arguments', `${args.length}`);
  return newRecord(type, offset);
}

function build({ stack, offset }: Machine): void {
  const state = stack.pop();
  setState(stack.top(), state, offset);
}
