import { exampleOf, job } from './job';
import { splat } from './values';
import { multiplyAdd } from './vectors';

/** xW + b for rows that are stored whole. Two rows are taken at a time, so that each vector of W is loaded once for both. */
export function denseProduct<T>(from: i32, to: i32): void {
  const vectors = job().vectors;
  for (let first = 0; first < vectors; first += 3) {
    switch (min(vectors - first, 3)) {
      case 1:
        productOf1<T>(from, to, first);
        break;
      case 2:
        productOf2<T>(from, to, first);
        break;
      default:
        productOf3<T>(from, to, first);
    }
  }
}

function productOf1<T>(from: i32, to: i32, first: i32): void {
  productOf<T>(1, from, to, first);
}
function productOf2<T>(from: i32, to: i32, first: i32): void {
  productOf<T>(2, from, to, first);
}
function productOf3<T>(from: i32, to: i32, first: i32): void {
  productOf<T>(3, from, to, first);
}

// @ts-ignore: decorator
@inline
function productOf<T>(vectors: i32, from: i32, to: i32, first: i32): void {
  const features = job().features;
  const rowBytes = job().rowBytes;
  const values = job().values;
  const offset = <usize>first << 4;
  const width = <usize>features * sizeof<T>();
  const base = job().base + offset;
  for (let i = from; i < to; i += 2) {
    // Past the end, the last row is computed again: that is cheaper than to ask.
    const j = min(i + 1, to - 1);
    let x = values + exampleOf(i) * width;
    let y = values + exampleOf(j) * width;
    const stop = x + width;
    let row = job().matrix + offset;
    let x0 = v128.load(base);
    let x1 = vectors > 1 ? v128.load(base, 16) : x0;
    let x2 = vectors > 2 ? v128.load(base, 32) : x0;
    let y0 = x0;
    let y1 = x1;
    let y2 = x2;
    while (x !== stop) {
      const w0 = v128.load(row);
      const w1 = vectors > 1 ? v128.load(row, 16) : w0;
      const w2 = vectors > 2 ? v128.load(row, 32) : w0;
      let value = splat<T>(x);
      x0 = multiplyAdd(value, w0, x0);
      if (vectors > 1) x1 = multiplyAdd(value, w1, x1);
      if (vectors > 2) x2 = multiplyAdd(value, w2, x2);
      value = splat<T>(y);
      y0 = multiplyAdd(value, w0, y0);
      if (vectors > 1) y1 = multiplyAdd(value, w1, y1);
      if (vectors > 2) y2 = multiplyAdd(value, w2, y2);
      x += sizeof<T>();
      y += sizeof<T>();
      row += rowBytes;
    }
    storeRow(vectors, i, offset, x0, x1, x2);
    storeRow(vectors, j, offset, y0, y1, y2);
  }
}

// @ts-ignore: decorator
@inline
function storeRow(vectors: i32, i: i32, offset: usize, v0: v128, v1: v128, v2: v128): void {
  const out = job().out + <usize>i * job().rowBytes + offset;
  v128.store(out, v0);
  if (vectors > 1) v128.store(out, v1, 16);
  if (vectors > 2) v128.store(out, v2, 32);
}
