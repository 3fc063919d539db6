import { brief } from '../brief.js';
import type { Attributes } from './attributes.js';
import { demand, listed, named } from './faults.js';
import { floatImage } from './image-operators.js';
import { constantAt, constantOfTwo, type NodeInputs, scoresAt } from './node-inputs.js';
import type { Numbers } from './tensor.js';
import type { Linear, Value } from './values.js';

/** image x weights. */
export function multiplyMatrices(inputs: NodeInputs): Value {
  return linear(inputs, false, undefined);
}

/** image x weights + bias, the weights maybe transposed. */
export function gemm(inputs: NodeInputs, attributes: Attributes): Value {
  const subject = named(inputs.node);
  for (const name of ['alpha', 'beta']) {
    const factor = attributes.get(name, 'float') ?? 1;
    demand(factor === 1, subject, `${name} 1`, factor);
  }
  const [transA, transB] = ['transA', 'transB'].map((name) => attributes.get(name, 'int') ?? 0);
  demand(transA === 0, subject, 'transA 0', transA);
  demand(transB === 0 || transB === 1, subject, 'transB 0 or 1', transB);
  const bias = inputs.values[2] === undefined ? undefined : constantAt(inputs, 2);
  return linear(inputs, transB === 1, bias);
}

/** The bias after a product of matrices, or two such products of the same image. */
export function add(inputs: NodeInputs): Value {
  return inputs.values.every((value) => value?.kind === 'scores')
    ? addScores(inputs)
    : addBias(inputs);
}

/** The weights of both together, rounded to float32, are those of one layer. */
function addScores(inputs: NodeInputs): Value {
  const [a, b] = [scoresAt(inputs, 0).linear, scoresAt(inputs, 1).linear];
  const subject = named(inputs.node);
  const sizes = ({ features, classes }: Linear) => `${features} x ${classes}`;
  demand(sizes(a) === sizes(b), subject, 'weights of one shape', `${sizes(a)} and ${sizes(b)}`);
  const scales = [a, b].map(({ image }) => image.scale ?? 1);
  demand(scales[0] === scales[1], subject, 'pixels divided by the same', scales.join(' and '));
  demand(a.bias === undefined || b.bias === undefined, subject, 'one bias', 'another');
  const weights = a.weights.map((weight, i) => weight + (b.weights[i] as number));
  return { kind: 'scores', linear: { ...a, weights, bias: a.bias ?? b.bias } };
}

function addBias(inputs: NodeInputs): Value {
  const { constant, other } = constantOfTwo(inputs);
  const { linear } = scoresAt(inputs, other);
  demand(linear.bias === undefined, named(inputs.node), 'one bias', 'another');
  return {
    kind: 'scores',
    linear: { ...linear, bias: biasOf(inputs, constant, linear.classes) },
  };
}

/** scikit-learn's linear models in one node, as its converter writes them; the first output is the label, the second one number a class. */
export function classify(inputs: NodeInputs, attributes: Attributes): readonly Value[] {
  const subject = named(inputs.node);
  const image = floatImage(inputs, 0);
  const transform = attributes.get('post_transform', 'string') ?? 'NONE';
  const expected = 'post_transform SOFTMAX or NONE';
  demand(transform === 'SOFTMAX' || transform === 'NONE', subject, expected, brief(transform));
  attributes.get('multi_class', 'int');
  const coefficients = attributes.get('coefficients', 'floats') ?? [];
  const intercepts = attributes.get('intercepts', 'floats') ?? [];
  const classNames = (
    attributes.get('classlabels_strings', 'strings') ??
    attributes.get('classlabels_ints', 'ints') ??
    []
  ).map(String);
  const classes = classNames.length;
  const features = coefficients.length / classes;
  demand(
    intercepts.length === classes && Number.isSafeInteger(features) && features > 0,
    subject,
    'coefficients of classes x features, and an intercept and a name for each class',
    `${coefficients.length}, ${intercepts.length} and ${classes}`,
  );
  demand(fits(image.sizes, features), subject, inputSizes(features), sizesText(image.sizes));
  const weights = transposed(Float64Array.from(coefficients), features, classes);
  const layer = { image, features, classes, weights, bias: Float32Array.from(intercepts) };
  const linear = { ...layer, classNames };
  return [
    { kind: 'label', linear },
    { kind: transform === 'NONE' ? 'scores' : 'probabilities', linear },
  ];
}

function linear(inputs: NodeInputs, isTransposed: boolean, bias: Numbers | undefined): Value {
  const subject = named(inputs.node);
  const image = floatImage(inputs, 0);
  const { shape, data } = constantAt(inputs, 1);
  demand(shape.length === 2, subject, 'weights of two dimensions', `shape ${listed(shape)}`);
  const [rows, columns] = shape as [number, number];
  const [features, classes] = isTransposed ? [columns, rows] : [rows, columns];
  demand(fits(image.sizes, features), subject, inputSizes(features), sizesText(image.sizes));
  return {
    kind: 'scores',
    linear: {
      image,
      features,
      classes,
      weights: isTransposed ? transposed(data, features, classes) : Float32Array.from(data),
      bias: bias && biasOf(inputs, bias, classes),
      classNames: undefined,
    },
  };
}

/** Whether images are flattened and, where the file tells how many pixels they have, have as many as the weights. */
function fits(sizes: readonly (number | undefined)[], features: number): boolean {
  return sizes.length === 1 && (sizes[0] === undefined || sizes[0] === features);
}

function inputSizes(features: number): string {
  return `an input of [batch, ${features}]`;
}

function sizesText(sizes: readonly (number | undefined)[]): string {
  return `[batch, ${sizes.map((size) => size ?? 'any').join(', ')}]`;
}

function biasOf({ node }: NodeInputs, { shape, data }: Numbers, classes: number): Float32Array {
  const holds = shape.at(-1) === classes && data.length === classes && shape.length <= 2;
  demand(holds, named(node), `a bias of [${classes}]`, `shape ${listed(shape)}`);
  return Float32Array.from(data);
}

/** From classes x features to features x classes. */
function transposed(
  data: Float32Array | Float64Array,
  features: number,
  classes: number,
): Float32Array {
  const weights = new Float32Array(data.length);
  for (let k = 0; k < classes; k++) {
    for (let i = 0; i < features; i++) {
      weights[i * classes + k] = data[k * features + i] as number;
    }
  }
  return weights;
}
