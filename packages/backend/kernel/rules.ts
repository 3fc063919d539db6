// What moves the parameters, given the gradient, where the move depends on the steps before. All are matrices of `rows` rows of `rowBytes`,
// the last of which is the bias. One thread does it: it takes a tenth of the time of the gradient.
import { multiplyAdd } from './vectors';

/**
 * velocity = kept x velocity - rate x slope, where the slope is the gradient and for weights the penalty's l2 x weight. The parameters
 * move by the velocity or, as Nesterov has it, by kept x the new velocity - rate x slope.
 */
export function momentum(
  parameters: usize,
  gradient: usize,
  velocity: usize,
  rows: i32,
  rowBytes: i32,
  rate: f32,
  l2: f32,
  kept: f32,
  looksAhead: bool,
): void {
  const biasAt = <usize>(rows - 1) * rowBytes;
  const down = f32x4.splat(-rate);
  const share = f32x4.splat(kept);
  for (let at: usize = 0; at < biasAt + rowBytes; at += 16) {
    const push = f32x4.mul(down, slope(parameters, gradient, at, at < biasAt ? l2 : 0));
    const moved = multiplyAdd(share, v128.load(velocity + at), push);
    v128.store(velocity + at, moved);
    const move = looksAhead ? multiplyAdd(share, moved, push) : moved;
    v128.store(parameters + at, f32x4.add(v128.load(parameters + at), move));
  }
}

/**
 * mean = beta1 x mean + (1 - beta1) x slope, square = beta2 x square + (1 - beta2) x slope squared; the parameters move by
 * -rate x mean / (sqrt(square x correction) + epsilon).
 *
 * @param rate with the correction of the mean
 * @param rest1 1 - beta1, `rest2` 1 - beta2: more of their digits are known outside
 */
export function adam(
  parameters: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  rows: i32,
  rowBytes: i32,
  rate: f32,
  l2: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  correction: f32,
  epsilon: f32,
): void {
  const biasAt = <usize>(rows - 1) * rowBytes;
  for (let at: usize = 0; at < biasAt + rowBytes; at += 16) {
    const g = slope(parameters, gradient, at, at < biasAt ? l2 : 0);
    const m = multiplyAdd(
      f32x4.splat(beta1),
      v128.load(mean + at),
      f32x4.mul(f32x4.splat(rest1), g),
    );
    const s = multiplyAdd(
      f32x4.splat(beta2),
      v128.load(square + at),
      f32x4.mul(f32x4.mul(f32x4.splat(rest2), g), g),
    );
    v128.store(mean + at, m);
    v128.store(square + at, s);
    const root = f32x4.sqrt(f32x4.mul(s, f32x4.splat(correction)));
    const move = f32x4.div(f32x4.mul(f32x4.splat(rate), m), f32x4.add(root, f32x4.splat(epsilon)));
    v128.store(parameters + at, f32x4.sub(v128.load(parameters + at), move));
  }
}

/** Without a penalty the parameters are not looked at: 0 times the bias of padding, minus infinity, is not a number. */
// @ts-ignore: decorator
@inline
function slope(parameters: usize, gradient: usize, at: usize, l2: f32): v128 {
  const g = v128.load(gradient + at);
  return l2 === 0 ? g : multiplyAdd(f32x4.splat(l2), v128.load(parameters + at), g);
}
