import { exampleOf, job } from './job';
import { splat } from './values';
import { multiplyAdd } from './vectors';

/** Rows taken at a time: what a few features of so many rows fill stays in the nearest cache. */
const BLOCK_ROWS = 64;

/** out = decay x out + gradient of features `from` to `to`, over rows that are stored whole. */
export function denseGradient<T>(from: i32, to: i32): void {
  const rowBytes = job().rowBytes;
  const count = job().count;
  const vectors = job().vectors;
  const decay = f32x4.splat(job().decay);
  const stop = job().out + <usize>to * rowBytes;
  for (let at = job().out + <usize>from * rowBytes; at < stop; at += 16) {
    v128.store(at, f32x4.mul(decay, v128.load(at)));
  }
  for (let row = 0; row < count; row += BLOCK_ROWS) {
    const end = min(row + BLOCK_ROWS, count);
    for (let first = 0; first < vectors; first += 3) {
      switch (min(vectors - first, 3)) {
        case 1:
          gradientOf1<T>(from, to, row, end, first);
          break;
        case 2:
          gradientOf2<T>(from, to, row, end, first);
          break;
        default:
          gradientOf3<T>(from, to, row, end, first);
      }
    }
  }
}

function gradientOf1<T>(from: i32, to: i32, row: i32, end: i32, first: i32): void {
  gradientOf<T>(1, from, to, row, end, first);
}
function gradientOf2<T>(from: i32, to: i32, row: i32, end: i32, first: i32): void {
  gradientOf<T>(2, from, to, row, end, first);
}
function gradientOf3<T>(from: i32, to: i32, row: i32, end: i32, first: i32): void {
  gradientOf<T>(3, from, to, row, end, first);
}

/** Two features are taken at a time, so that each vector of residuals is loaded once for both; a last one without a neighbor is its own. */
// @ts-ignore: decorator
@inline
function gradientOf<T>(vectors: i32, from: i32, to: i32, row: i32, end: i32, first: i32): void {
  const rowBytes = job().rowBytes;
  const width = <usize>job().features * sizeof<T>();
  const offset = <usize>first << 4;
  // As `exampleOf`, with what does not change read once: this is the innermost loop.
  const start = job().start;
  const order = job().order;
  for (let feature = from; feature < to; feature += 2) {
    const isPair = feature + 1 < to;
    const second = isPair ? sizeof<T>() : 0;
    const column = job().values + <usize>feature * sizeof<T>();
    const x = job().out + <usize>feature * rowBytes + offset;
    const y = isPair ? x + rowBytes : x;
    let x0 = v128.load(x);
    let x1 = vectors > 1 ? v128.load(x, 16) : x0;
    let x2 = vectors > 2 ? v128.load(x, 32) : x0;
    let y0 = v128.load(y);
    let y1 = vectors > 1 ? v128.load(y, 16) : y0;
    let y2 = vectors > 2 ? v128.load(y, 32) : y0;
    let residuals = job().matrix + <usize>row * rowBytes + offset;
    for (let i = row; i < end; i++) {
      const r0 = v128.load(residuals);
      const r1 = vectors > 1 ? v128.load(residuals, 16) : r0;
      const r2 = vectors > 2 ? v128.load(residuals, 32) : r0;
      const at = column + <usize>(order === 0 ? start + i : load<i32>(order + (<usize>i << 2))) * width;
      let value = splat<T>(at);
      x0 = multiplyAdd(value, r0, x0);
      if (vectors > 1) x1 = multiplyAdd(value, r1, x1);
      if (vectors > 2) x2 = multiplyAdd(value, r2, x2);
      value = splat<T>(at + second);
      y0 = multiplyAdd(value, r0, y0);
      if (vectors > 1) y1 = multiplyAdd(value, r1, y1);
      if (vectors > 2) y2 = multiplyAdd(value, r2, y2);
      residuals += rowBytes;
    }
    v128.store(y, y0);
    if (vectors > 1) v128.store(y, y1, 16);
    if (vectors > 2) v128.store(y, y2, 32);
    // Without a second feature, this is the same place with the same sums.
    v128.store(x, x0);
    if (vectors > 1) v128.store(x, x1, 16);
    if (vectors > 2) v128.store(x, x2, 32);
  }
}
