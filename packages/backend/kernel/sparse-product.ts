import { exampleOf, job } from './job';
import { splat } from './values';
import { multiplyAdd } from './vectors';

/** Rows along an order that are fetched at a time (docs/simd.md). */
const FETCHED_ROWS = 16;

/**
 * out = decay x base + values x matrix, for rows `from` to `to` of a sparse matrix of values: each entry adds its value times that row
 * of the dense matrix which its index names. Scores are such a product, of images by pixel and weights; a gradient is one, of pixels by
 * image and residuals.
 *
 * Up to four vectors of classes stay in registers for a whole row of entries; more of them take another pass over it.
 */
export function sparseProduct<T>(from: i32, to: i32): void {
  const vectors = job().vectors;
  for (let first = 0; first < vectors; first += 4) {
    switch (min(vectors - first, 4)) {
      case 1:
        productOf1<T>(from, to, first);
        break;
      case 2:
        productOf2<T>(from, to, first);
        break;
      case 3:
        productOf3<T>(from, to, first);
        break;
      default:
        productOf4<T>(from, to, first);
    }
  }
}

/** The product for the examples' rows, which may come along an order. */
export function sparseScores<T>(from: i32, to: i32): void {
  if (job().order === 0) {
    sparseProduct<T>(from, to);
    return;
  }
  for (let first = from; first < to; first += FETCHED_ROWS) {
    const end = min(first + FETCHED_ROWS, to);
    fetchRows<T>(first, end);
    sparseProduct<T>(first, end);
  }
}

// The compiler makes straight code of a number of vectors only if it is a literal.
function productOf1<T>(from: i32, to: i32, first: i32): void {
  productOf<T>(1, from, to, first);
}
function productOf2<T>(from: i32, to: i32, first: i32): void {
  productOf<T>(2, from, to, first);
}
function productOf3<T>(from: i32, to: i32, first: i32): void {
  productOf<T>(3, from, to, first);
}
function productOf4<T>(from: i32, to: i32, first: i32): void {
  productOf<T>(4, from, to, first);
}

/** Entries are taken two at a time, each with sums of its own: an addition need not wait for the one before. */
// @ts-ignore: decorator
@inline
function productOf<T>(vectors: i32, from: i32, to: i32, first: i32): void {
  const offset = <usize>first << 4;
  const matrix = job().matrix + offset;
  const rowBytes = job().rowBytes;
  const starts = job().starts;
  const decay = f32x4.splat(job().decay);
  for (let i = from; i < to; i++) {
    const entry = starts + (exampleOf(i) << 2);
    const begin = <usize>load<u32>(entry);
    const end = <usize>load<u32>(entry, 4);
    let index = job().indices + (begin << 1);
    let value = job().values + begin * sizeof<T>();
    const stop = job().values + end * sizeof<T>();
    const pairsStop = stop - ((end - begin) & 1) * sizeof<T>();
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    let b0 = a0;
    let b1 = a0;
    let b2 = a0;
    let b3 = a0;
    while (value !== pairsStop) {
      const x = splat<T>(value);
      const row = matrix + <usize>load<u16>(index) * rowBytes;
      a0 = multiplyAdd(x, v128.load(row), a0);
      if (vectors > 1) a1 = multiplyAdd(x, v128.load(row, 16), a1);
      if (vectors > 2) a2 = multiplyAdd(x, v128.load(row, 32), a2);
      if (vectors > 3) a3 = multiplyAdd(x, v128.load(row, 48), a3);
      const y = splat<T>(value + sizeof<T>());
      const next = matrix + <usize>load<u16>(index, 2) * rowBytes;
      b0 = multiplyAdd(y, v128.load(next), b0);
      if (vectors > 1) b1 = multiplyAdd(y, v128.load(next, 16), b1);
      if (vectors > 2) b2 = multiplyAdd(y, v128.load(next, 32), b2);
      if (vectors > 3) b3 = multiplyAdd(y, v128.load(next, 48), b3);
      index += 4;
      value += 2 * sizeof<T>();
    }
    if (value !== stop) {
      const x = splat<T>(value);
      const row = matrix + <usize>load<u16>(index) * rowBytes;
      a0 = multiplyAdd(x, v128.load(row), a0);
      if (vectors > 1) a1 = multiplyAdd(x, v128.load(row, 16), a1);
      if (vectors > 2) a2 = multiplyAdd(x, v128.load(row, 32), a2);
      if (vectors > 3) a3 = multiplyAdd(x, v128.load(row, 48), a3);
    }
    const base = job().base + <usize>i * job().baseBytes + offset;
    const out = job().out + <usize>i * rowBytes + offset;
    v128.store(out, multiplyAdd(decay, v128.load(base), f32x4.add(a0, b0)));
    if (vectors > 1) v128.store(out, multiplyAdd(decay, v128.load(base, 16), f32x4.add(a1, b1)), 16);
    if (vectors > 2) v128.store(out, multiplyAdd(decay, v128.load(base, 32), f32x4.add(a2, b2)), 32);
    if (vectors > 3) v128.store(out, multiplyAdd(decay, v128.load(base, 48), f32x4.add(a3, b3)), 48);
  }
}

/**
 * Reads a byte of each cache line of the rows' entries, many at once, where a walk along them would wait for one after the other: rows
 * along an order lie anywhere in memory. Writes something to where the rows' products will be, or the reading would be optimized away.
 */
function fetchRows<T>(from: i32, to: i32): void {
  const starts = job().starts;
  for (let i = from; i < to; i++) {
    const entry = starts + (exampleOf(i) << 2);
    const begin = <usize>load<u32>(entry);
    const end = <usize>load<u32>(entry, 4);
    let sum = 0;
    for (let at = job().indices + (begin << 1); at < job().indices + (end << 1); at += 64) {
      sum ^= load<u8>(at);
    }
    for (let at = job().values + begin * sizeof<T>(); at < job().values + end * sizeof<T>(); at += 64) {
      sum ^= load<u8>(at);
    }
    store<i32>(job().out + <usize>i * job().rowBytes, sum);
  }
}
