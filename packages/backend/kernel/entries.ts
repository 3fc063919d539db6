// Laying out examples: of rows of values, those that are not zero with their features.
import { job } from './job';
import { LANES } from './layout';

/** Writes how many values of rows `from` to `to` are not zero, each to the place in `starts` after the row's own. */
export function countRows<T>(from: i32, to: i32): void {
  const features = job().features;
  for (let row = from; row < to; row++) {
    const raw = job().matrix + <usize>row * features * sizeof<T>();
    const entries = isFloat<T>() ? countFloats(raw, features) : countBytes(raw, features);
    store<u32>(job().starts + (<usize>(row + 1) << 2), entries);
  }
}

/** May read up to 15 bytes past the row. */
function countBytes(raw: usize, features: i32): u32 {
  let total: u32 = 0;
  for (let first = 0; first < features; first += 16) {
    total += popcnt(maskOf(v128.load(raw + first), features - first));
  }
  return total;
}

function countFloats(raw: usize, features: i32): u32 {
  let total: u32 = 0;
  for (let at = raw; at < raw + (<usize>features << 2); at += 4) {
    total += <u32>(load<f32>(at) !== 0);
  }
  return total;
}

/** A bit for each of the first `count` bytes that is not zero. */
// @ts-ignore: decorator
@inline
function maskOf(bytes: v128, count: i32): i32 {
  const mask = ~i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) & 0xffff;
  return count < 16 ? mask & ((1 << count) - 1) : mask;
}

/** Makes of the counts of `rows` rows where each row's entries begin, and one more. @returns how many entries there are */
export function addUp(starts: usize, rows: i32): u32 {
  let entry: u32 = 0;
  store<u32>(starts, 0);
  for (let at = starts + 4; at <= starts + (<usize>rows << 2); at += 4) {
    entry += load<u32>(at);
    store<u32>(at, entry);
  }
  return entry;
}

/** Writes the entries of rows `from` to `to` to where they begin. */
export function indexRows<T>(from: i32, to: i32): void {
  const features = job().features;
  const starts = job().starts;
  const end = load<u32>(starts + (<usize>to << 2));
  for (let row = from; row < to; row++) {
    const raw = job().matrix + <usize>row * features * sizeof<T>();
    const entry = load<u32>(starts + (<usize>row << 2));
    if (isFloat<T>()) {
      indexFloats(raw, features, entry);
    } else if (load<u32>(starts + (<usize>(row + 1) << 2)) + 8 <= end) {
      indexBytes(raw, features, entry);
    } else {
      indexLastBytes(raw, features, entry);
    }
  }
}

/** Writes up to 8 entries past the row's own, which rows of the same thread write later. May read up to 15 bytes past the row. */
function indexBytes(raw: usize, features: i32, start: u32): void {
  let entry = start;
  for (let first = 0; first < features; first += 16) {
    const bytes = v128.load(raw + first);
    const mask = maskOf(bytes, features - first);
    if (mask === 0) continue;
    entry = appendLanes(bytes, mask & 0xff, 0, first, entry);
    entry = appendLanes(bytes, mask >> 8, 8, first, entry);
  }
}

/** Those of lanes `offset` to `offset` + 7 whose bits are set, moved together by a table: no branch that depends on the data. */
// @ts-ignore: decorator
@inline
function appendLanes(bytes: v128, mask: i32, offset: i32, first: i32, entry: u32): u32 {
  const lanes = i8x16.add(v128.load64_zero(LANES + (<usize>mask << 3)), i8x16.splat(<i8>offset));
  v128.store64_lane(job().values + <usize>entry, i8x16.swizzle(bytes, lanes), 0);
  const features = i16x8.add(i16x8.extend_low_i8x16_u(lanes), i16x8.splat(<i16>first));
  v128.store(job().indices + (<usize>entry << 1), features);
  return entry + popcnt(mask);
}

/** Writes the row's entries and nothing else: what is after them may be another thread's. */
function indexLastBytes(raw: usize, features: i32, start: u32): void {
  let entry = start;
  for (let first = 0; first < features; first += 16) {
    let mask = maskOf(v128.load(raw + first), features - first);
    while (mask !== 0) {
      const feature = first + ctz(mask);
      store<u16>(job().indices + (<usize>entry << 1), <u16>feature);
      store<u8>(job().values + <usize>entry, load<u8>(raw + feature));
      entry += 1;
      mask &= mask - 1;
    }
  }
}

function indexFloats(raw: usize, features: i32, start: u32): void {
  let entry = start;
  for (let feature = 0; feature < features; feature++) {
    const value = load<f32>(raw + (<usize>feature << 2));
    if (value === 0) continue;
    store<u16>(job().indices + (<usize>entry << 1), <u16>feature);
    store<f32>(job().values + (<usize>entry << 2), value);
    entry += 1;
  }
}

/** Writes the table that `appendLanes` needs. */
export function layLanes(): void {
  for (let lanes = 0; lanes < 256; lanes++) {
    let at = LANES + (<usize>lanes << 3);
    for (let lane = 0; lane < 8; lane++) {
      if (((lanes >> lane) & 1) === 0) continue;
      store<u8>(at, <u8>lane);
      at += 1;
    }
  }
}

/**
 * Sorts the entries of `rows` rows by feature, in each feature by row: `columnStarts` gets features + 1 numbers, entries of columns have
 * the same numbers as those of the rows.
 */
export function indexColumns(
  valueBytes: i32,
  starts: usize,
  indices: usize,
  values: usize,
  rows: i32,
  features: i32,
  columnStarts: usize,
  columnRows: usize,
  columnValues: usize,
): void {
  const begin = load<u32>(starts);
  const end = load<u32>(starts + (<usize>rows << 2));
  memory.fill(columnStarts, 0, (<usize>(features + 1)) << 2);
  for (let entry = begin; entry < end; entry++) {
    const column = columnStarts + ((<usize>load<u16>(indices + (<usize>entry << 1))) << 2);
    store<u32>(column, load<u32>(column) + 1);
  }
  // From how many there are to where each ends; filled from the end, that is where each begins.
  let last = begin;
  for (let feature = 0; feature <= features; feature++) {
    const column = columnStarts + (<usize>feature << 2);
    last += load<u32>(column);
    store<u32>(column, last);
  }
  for (let row = rows - 1; row >= 0; row--) {
    const from = load<u32>(starts + (<usize>row << 2));
    for (let entry = load<u32>(starts + ((<usize>(row + 1)) << 2)); entry > from; ) {
      entry -= 1;
      const column = columnStarts + ((<usize>load<u16>(indices + (<usize>entry << 1))) << 2);
      const place = load<u32>(column) - 1;
      store<u32>(column, place);
      store<u16>(columnRows + (<usize>place << 1), <u16>row);
      if (valueBytes === 1) store<u8>(columnValues + place, load<u8>(values + entry));
      else store<f32>(columnValues + (<usize>place << 2), load<f32>(values + (<usize>entry << 2)));
    }
  }
}
