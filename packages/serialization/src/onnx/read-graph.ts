import { brief } from '../brief.js';
import { DATA_TYPE } from './constants.js';
import { demand } from './faults.js';
import type { GraphProto, ValueInfoProto } from './generated/onnx_pb.js';
import { run } from './operators.js';
import { numbersOf } from './tensor.js';
import type { Image, Linear, Value } from './values.js';

/** [batch, channels, height, width] has the most. */
const MAX_RANK = 4;

/**
 * The linear layer of a graph that is a softmax regression: every node is one that this may have, and every output is its scores,
 * probabilities or labels.
 *
 * @throws SerializationError FILE_NOT_A_MODEL naming the node, FILE_REFUSED
 */
export function readGraph({ node: nodes, initializer, input, output }: GraphProto): Linear {
  const values = new Map<string, Value>();
  for (const tensor of initializer) {
    const subject = `initializer ${brief(tensor.name)}`;
    add(values, tensor.name, { kind: 'constant', numbers: numbersOf(tensor, subject) });
  }
  // Files of old name the initializers among the inputs too.
  const images = input.filter(({ name }) => !values.has(name));
  demand(images.length === 1, 'graph', 'one input, the image', `${images.length}`);
  const image = images[0] as ValueInfoProto;
  add(values, image.name, imageOf(image));
  for (const node of nodes) {
    const inputs = node.input.map((name) => (name === '' ? undefined : valueNamed(values, name)));
    const results = run({ node, values: inputs });
    demand(node.output.length <= results.length, 'graph', 'outputs that nodes have', 'more');
    for (const [index, name] of node.output.entries()) {
      if (name !== '') add(values, name, results[index] as Value);
    }
  }
  return layerOf(output.map(({ name }) => valueNamed(values, name)));
}

function add(values: Map<string, Value>, name: string, value: Value): void {
  demand(!values.has(name), `value ${brief(name)}`, 'one of that name', 'another');
  values.set(name, value);
}

function valueNamed(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  demand(value !== undefined, `value ${brief(name)}`, 'one that is made before it is used', 'none');
  return value;
}

function imageOf({ name, type }: ValueInfoProto): Image {
  const subject = `input ${brief(name)}`;
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  const dimensions = tensor?.shape?.dim ?? [];
  const { float, double, uint8 } = DATA_TYPE;
  const isNumber = [float, double, uint8].some((known) => known === tensor?.elemType);
  demand(isNumber, subject, 'pixels in float, double or uint8', `type ${tensor?.elemType}`);
  const rank = dimensions.length;
  const expected = '[batch, features], [batch, height, width] or [batch, 1, height, width]';
  demand(rank >= 2 && rank <= MAX_RANK, subject, expected, `${rank} dimensions`);
  const sizes = dimensions.slice(1).map(({ value: { case: kind, value } }) => {
    if (kind !== 'dimValue') return undefined;
    demand(value > 0n && value < 2n ** 31n, subject, 'sizes of 1 or more', `${value}`);
    return Number(value);
  });
  const [height, width] = sizes.slice(-2);
  demand(rank < MAX_RANK || sizes[0] === 1, subject, expected, `${sizes[0] ?? 'any'} channels`);
  const sides = rank > 2 && height && width ? ([height, width] as const) : undefined;
  return { kind: 'image', type: tensor?.elemType as number, scale: undefined, sizes, sides };
}

/** The one layer that all outputs come of, with the names that any of them has. */
function layerOf(outputs: readonly Value[]): Linear {
  const layers = outputs.map((value) => {
    const isConstant = value.kind === 'constant' || value.kind === 'image';
    demand(!isConstant, 'graph', 'outputs of a linear layer', `the ${value.kind}`);
    return value.linear;
  });
  const [first] = layers;
  demand(first !== undefined, 'graph', 'an output', 'none');
  const same = layers.every(
    ({ weights, bias }) => weights === first.weights && bias === first.bias,
  );
  demand(same, 'graph', 'outputs of one linear layer', 'of several');
  const [names, ...others] = layers.flatMap(({ classNames }) => (classNames ? [classNames] : []));
  const agree = others.every((other) => other.every((name, index) => name === names?.[index]));
  demand(agree, 'graph', 'the same names of classes everywhere', 'others');
  return { ...first, classNames: names };
}
