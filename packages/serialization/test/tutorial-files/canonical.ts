import {
  type ArrayContent,
  Dtype,
  NdArray,
  type PickleValue,
  PyBytes,
  PyDict,
  PyFloat,
  PyList,
  PyRecord,
  PyText,
  PyTuple,
} from '../../src/pickle/values.js';

const MAX_NODES = 2000;
const SIZE = { f4: 4, f8: 8, i8: 8, i4: 4, u1: 1 };

/** One line of text for a value, the same that python-reader.py makes of what Python reads. */
export function canonical(root: PickleValue): string {
  const out: string[] = [];
  let nodes = 0;

  function write(value: PickleValue): void {
    nodes += 1;
    if (nodes > MAX_NODES) out.push('?');
    else if (value === null) out.push('N');
    else if (typeof value === 'boolean') out.push(value ? 'T' : 'F');
    else if (typeof value === 'number') out.push(numberText(value));
    else if (value instanceof PyFloat) out.push(numberText(value.value));
    else if (value instanceof PyText) out.push('s', hex(utf8Of(value)));
    else if (value instanceof PyBytes) out.push('b', hex(value.bytes));
    else if (value instanceof PyList) writeItems('[', value.items);
    else if (value instanceof PyTuple) writeItems('(', value.items);
    else if (value instanceof PyDict) writeDict(value);
    else if (value instanceof PyRecord) {
      out.push('o', value.className, '=');
      if (value.state !== undefined) write(value.state);
    } else if (value instanceof Dtype) out.push('d', value.type);
    else if (value instanceof NdArray) out.push(arrayText(value.content));
    else out.push('name');
  }

  function writeItems(bracket: string, items: readonly PickleValue[]): void {
    out.push(bracket);
    for (const item of items) {
      write(item);
      out.push(',');
      if (nodes > MAX_NODES) break;
    }
    out.push(']');
  }

  function writeDict({ entries }: PyDict): void {
    out.push('{');
    for (const [key, item] of entries) {
      if (typeof key === 'string') {
        nodes += 1;
        out.push(nodes > MAX_NODES ? '?' : `s${hex(new TextEncoder().encode(key))}`);
      } else write(key);
      out.push(':');
      write(item);
      out.push(',');
      if (nodes > MAX_NODES) break;
    }
    out.push('}');
  }

  write(root);
  return out.join('');
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return hex(new Uint8Array(view.buffer));
}

function utf8Of({ bytes, encoding }: PyText): Uint8Array {
  return encoding === 'utf-8' ? bytes : Buffer.from(Buffer.from(bytes).toString('latin1'), 'utf8');
}

/** Empty arrays whose state never came are of one-byte numbers in NumPy. */
function arrayText(content: ArrayContent | undefined): string {
  if (content === undefined) return 'ai1[0]';
  const { type, shape } = content;
  return `a${type}[${shape.join(', ')}]${hex(inRowOrder(content))}`;
}

function inRowOrder({ type, shape, bytes, littleEndian, isFortran }: ArrayContent): Uint8Array {
  const size = SIZE[type];
  const ordered = new Uint8Array(bytes.length);
  const strides = shape.map((_, axis) =>
    (isFortran ? shape.slice(0, axis) : shape.slice(axis + 1)).reduce((a, b) => a * b, size),
  );
  for (let index = 0; index < bytes.length / size; index++) {
    let rest = index;
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const side = shape[axis] as number;
      from += (rest % side) * (strides[axis] as number);
      rest = Math.floor(rest / side);
    }
    const element = bytes.slice(from, from + size);
    ordered.set(littleEndian ? element : element.reverse(), index * size);
  }
  return ordered;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
