import { addToBias } from './bias';
import { exampleOf, job } from './job';
import { splat } from './values';
import { multiplyAdd } from './vectors';

/**
 * The gradient over any sparse rows, in any order, where no columns were laid out for them. The rows are cut into groups, and each entry
 * adds its value times its row's residuals to the sums of its group. With one group its sums are `out` itself.
 */
export function addToGroup<T>(group: i32): void {
  const count = job().count;
  const groups = job().groups;
  const features = job().features;
  const vectors = job().vectors;
  const rowBytes = job().rowBytes;
  const size = (count + groups - 1) / groups;
  const from = min(group * size, count);
  const to = min(from + size, count);
  const sums = job().sums + <usize>group * <usize>(features + 1) * rowBytes;
  for (let first = 0; first < vectors; first += 4) {
    switch (min(vectors - first, 4)) {
      case 1:
        addRowsOf1<T>(from, to, first, sums);
        break;
      case 2:
        addRowsOf2<T>(from, to, first, sums);
        break;
      case 3:
        addRowsOf3<T>(from, to, first, sums);
        break;
      default:
        addRowsOf4<T>(from, to, first, sums);
    }
  }
  addToBias(sums, from, to);
}

function addRowsOf1<T>(from: i32, to: i32, first: i32, sums: usize): void {
  addRows<T>(1, from, to, first, sums);
}
function addRowsOf2<T>(from: i32, to: i32, first: i32, sums: usize): void {
  addRows<T>(2, from, to, first, sums);
}
function addRowsOf3<T>(from: i32, to: i32, first: i32, sums: usize): void {
  addRows<T>(3, from, to, first, sums);
}
function addRowsOf4<T>(from: i32, to: i32, first: i32, sums: usize): void {
  addRows<T>(4, from, to, first, sums);
}

// @ts-ignore: decorator
@inline
function addRows<T>(vectors: i32, from: i32, to: i32, first: i32, sums: usize): void {
  const starts = job().starts;
  const indices = job().indices;
  const values = job().values;
  const rowBytes = job().rowBytes;
  const offset = <usize>first << 4;
  for (let i = from; i < to; i++) {
    const entry = starts + (exampleOf(i) << 2);
    const begin = <usize>load<u32>(entry);
    const stop = values + <usize>load<u32>(entry, 4) * sizeof<T>();
    const residuals = job().matrix + <usize>i * rowBytes + offset;
    const r0 = v128.load(residuals);
    const r1 = vectors > 1 ? v128.load(residuals, 16) : r0;
    const r2 = vectors > 2 ? v128.load(residuals, 32) : r0;
    const r3 = vectors > 3 ? v128.load(residuals, 48) : r0;
    let index = indices + (begin << 1);
    for (let value = values + begin * sizeof<T>(); value < stop; value += sizeof<T>()) {
      const x = splat<T>(value);
      const row = sums + offset + <usize>load<u16>(index) * rowBytes;
      v128.store(row, multiplyAdd(x, r0, v128.load(row)));
      if (vectors > 1) v128.store(row, multiplyAdd(x, r1, v128.load(row, 16)), 16);
      if (vectors > 2) v128.store(row, multiplyAdd(x, r2, v128.load(row, 32)), 32);
      if (vectors > 3) v128.store(row, multiplyAdd(x, r3, v128.load(row, 48)), 48);
      index += 2;
    }
  }
}

/** out = decay x out + the groups' sums, for rows `from` to `to`; the bias does not decay. Leaves the sums zero, for the next time. */
export function foldGroups(from: i32, to: i32): void {
  const features = job().features;
  const rowBytes = <usize>job().rowBytes;
  const groups = job().groups;
  const out = job().out;
  const groupBytes = <usize>(features + 1) * rowBytes;
  const biasAt = <usize>features * rowBytes;
  const stop = <usize>to * rowBytes;
  for (let at = <usize>from * rowBytes; at < stop; at += 16) {
    let sum = f32x4.splat(0);
    for (let group = 0; group < groups; group++) {
      const part = job().sums + <usize>group * groupBytes + at;
      sum = f32x4.add(sum, v128.load(part));
      v128.store(part, f32x4.splat(0));
    }
    const decay = f32x4.splat(at < biasAt ? job().decay : 1);
    v128.store(out + at, multiplyAdd(decay, v128.load(out + at), sum));
  }
}
