import { job } from './job';

/** Adds the gradient of the bias, residuals of rows `from` to `to`, to the row after the last feature's. Penalties leave it alone. */
export function addToBias(out: usize, from: i32, to: i32): void {
  const rowBytes = <usize>job().rowBytes;
  const bias = out + <usize>job().features * rowBytes;
  for (let offset: usize = 0; offset < rowBytes; offset += 16) {
    let sum = f32x4.splat(0);
    for (let i = from; i < to; i++) {
      sum = f32x4.add(sum, v128.load(job().matrix + <usize>i * rowBytes + offset));
    }
    v128.store(bias + offset, f32x4.add(v128.load(bias + offset), sum));
  }
}
