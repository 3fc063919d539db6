// Laying out examples: done once, by the host alone.
import { LANES } from './layout';

/** How many of so many values, a multiple of 16, are not zero. */
export function countBytes(values: usize, count: usize): u32 {
  let total: u32 = 0;
  for (let at = values; at < values + count; at += 16) {
    const isZero = i8x16.eq(v128.load(at), i8x16.splat(0));
    total += 16 - popcnt(i8x16.bitmask(isZero));
  }
  return total;
}

export function countFloats(values: usize, count: usize): u32 {
  let total: u32 = 0;
  for (let at = values; at < values + (count << 2); at += 4) {
    total += <u32>(load<f32>(at) !== 0);
  }
  return total;
}

/** Writes the table that `indexBytes` needs. */
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
 * Takes the entries out of `rows` rows of bytes, appending to `indices` and `values` from entry `entry` on; writes where each row's
 * begin to `starts`, and where the last one's end. May read up to 15 bytes past the rows, and write up to 8 entries past the last.
 *
 * @returns where the last row's entries end
 */
export function indexBytes(
  raw: usize,
  rows: i32,
  features: i32,
  starts: usize,
  indices: usize,
  values: usize,
  entry: u32,
): u32 {
  store<u32>(starts, entry);
  for (let row = 0; row < rows; row++) {
    const from = raw + <usize>row * features;
    for (let first = 0; first < features; first += 16) {
      const bytes = v128.load(from + first);
      let mask = ~i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) & 0xffff;
      if (features - first < 16) mask &= (1 << (features - first)) - 1;
      if (mask === 0) continue;
      entry = appendLanes(bytes, mask & 0xff, 0, first, indices, values, entry);
      entry = appendLanes(bytes, mask >> 8, 8, first, indices, values, entry);
    }
    store<u32>(starts + ((<usize>(row + 1)) << 2), entry);
  }
  return entry;
}

/** Those of lanes `offset` to `offset` + 7 whose bits are set, moved together by a table: no branch that depends on the data. */
// @ts-ignore: decorator
@inline
function appendLanes(
  bytes: v128,
  mask: i32,
  offset: i32,
  first: i32,
  indices: usize,
  values: usize,
  entry: u32,
): u32 {
  const lanes = i8x16.add(v128.load64_zero(LANES + (<usize>mask << 3)), i8x16.splat(<i8>offset));
  v128.store64_lane(values + <usize>entry, i8x16.swizzle(bytes, lanes), 0);
  const features = i16x8.add(i16x8.extend_low_i8x16_u(lanes), i16x8.splat(<i16>first));
  v128.store(indices + (<usize>entry << 1), features);
  return entry + popcnt(mask);
}

/** As `indexBytes`, for float32. */
export function indexFloats(
  raw: usize,
  rows: i32,
  features: i32,
  starts: usize,
  indices: usize,
  values: usize,
  entry: u32,
): u32 {
  store<u32>(starts, entry);
  for (let row = 0; row < rows; row++) {
    const from = raw + ((<usize>row * features) << 2);
    for (let feature = 0; feature < features; feature++) {
      const value = load<f32>(from + (<usize>feature << 2));
      if (value === 0) continue;
      store<u16>(indices + (<usize>entry << 1), <u16>feature);
      store<f32>(values + (<usize>entry << 2), value);
      entry += 1;
    }
    store<u32>(starts + ((<usize>(row + 1)) << 2), entry);
  }
  return entry;
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
