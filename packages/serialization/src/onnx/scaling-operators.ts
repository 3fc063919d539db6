import { demand, listed, named } from './faults.js';
import { floatImage } from './image-operators.js';
import { constantAt, constantOfTwo, type NodeInputs } from './node-inputs.js';
import type { Numbers } from './tensor.js';
import type { Image, Value } from './values.js';

/** Division of the pixels, or of their products with weights, by one number. */
export function divide(inputs: NodeInputs): Value {
  return scaled(inputs, 0, (scale) => scale * scalar(inputs, constantAt(inputs, 1)));
}

/** Multiplication of the pixels, or of their products with weights, by one number. */
export function multiply(inputs: NodeInputs): Value {
  const { constant, other } = constantOfTwo(inputs);
  return scaled(inputs, other, (scale) => scale / scalar(inputs, constant));
}

/** Before the product with weights and after it are the same. */
function scaled(inputs: NodeInputs, index: number, next: (scale: number) => number): Value {
  const withScale = (image: Image) => ({ ...image, scale: next(image.scale ?? 1) });
  const value = inputs.values[index];
  if (value?.kind !== 'scores') return withScale(floatImage(inputs, index));
  const { linear } = value;
  demand(linear.bias === undefined, named(inputs.node), 'no bias before it', 'one');
  return { kind: 'scores', linear: { ...linear, image: withScale(linear.image) } };
}

function scalar({ node }: NodeInputs, { data, shape }: Numbers): number {
  demand(
    data.length === 1 && shape.length <= 1,
    named(node),
    'one number',
    `shape ${listed(shape)}`,
  );
  const number = data[0] as number;
  demand(number > 0 && Number.isFinite(number), named(node), 'a number above 0', number);
  return number;
}
