import { DATA_TYPE } from './constants.js';
import { demand, listed, named } from './faults.js';
import { constantAt, imageAt, type NodeInputs } from './node-inputs.js';
import type { Image, Value } from './values.js';

/** All dimensions after that of the batch become one. */
export function flatten(inputs: NodeInputs, axis: number): Value {
  const image = imageAt(inputs, 0);
  demand(axis === 1, named(inputs.node), 'axis 1', axis);
  return flat(image);
}

/**
 * A reshape that is the same as {@link flatten}.
 *
 * @param zeroKeeps whether a 0 stands for the size that was there
 */
export function reshapeImage(inputs: NodeInputs, zeroKeeps: boolean): Value {
  const image = imageAt(inputs, 0);
  const { data } = constantAt(inputs, 1);
  const [batch, features] = data;
  const flattened = flat(image);
  const known = flattened.sizes[0];
  const holds =
    data.length === 2 &&
    (batch === -1 || batch === 1 || (batch === 0 && zeroKeeps)) &&
    (features === -1 ? batch !== -1 : features !== undefined && features > 0) &&
    (features === -1 || known === undefined || features === known);
  demand(holds, named(inputs.node), 'the shape [-1, features]', listed(data));
  return features === -1 ? flattened : { ...flattened, sizes: [features] };
}

/** To a type in which dividing gives fractions. */
export function castImage(inputs: NodeInputs, type: number | undefined): Value {
  const holds = type === DATA_TYPE.float || type === DATA_TYPE.double;
  demand(holds, named(inputs.node), 'a cast to float or double', `to type ${type}`);
  return { ...imageAt(inputs, 0), type };
}

export function floatImage(inputs: NodeInputs, index: number): Image {
  const image = imageAt(inputs, index);
  const holds = image.type === DATA_TYPE.float || image.type === DATA_TYPE.double;
  demand(holds, named(inputs.node), 'pixels in float or double', `type ${image.type}`);
  return image;
}

function flat(image: Image): Image {
  const features = image.sizes.reduce<number | undefined>(
    (product, size) => (product === undefined || size === undefined ? undefined : product * size),
    1,
  );
  return { ...image, sizes: [features] };
}
