import { ELEMENT_BYTES } from './numpy.js';
import type { ArrayContent } from './values.js';

/** Calls `visit` with each element and its place, row by row whatever the order in the file. Numbers of 64 bits are rounded. */
export function forEachElement(
  array: ArrayContent,
  visit: (value: number, index: number) => void,
): void {
  const { shape } = array;
  const read = elementReader(array);
  const count = shape.reduce((product, side) => product * side, 1);
  if (!array.isFortran || shape.length !== 2) {
    for (let index = 0; index < count; index++) visit(read(index), index);
    return;
  }
  const [rows, columns] = shape as [number, number];
  for (let index = 0; index < count; index++) {
    const row = Math.floor(index / columns);
    visit(read((index - row * columns) * rows + row), index);
  }
}

function elementReader({ type, littleEndian, bytes }: ArrayContent): (index: number) => number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = ELEMENT_BYTES[type];
  switch (type) {
    case 'f4':
      return (index) => view.getFloat32(size * index, littleEndian);
    case 'f8':
      return (index) => view.getFloat64(size * index, littleEndian);
    case 'i4':
      return (index) => view.getInt32(size * index, littleEndian);
    case 'i8':
      return (index) => Number(view.getBigInt64(size * index, littleEndian));
    case 'u1':
      return (index) => view.getUint8(index);
  }
}
