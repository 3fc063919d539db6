import { brief } from '../brief.js';
import { type Attributes, attributesOf } from './attributes.js';
import { DATA_TYPE } from './constants.js';
import { demand, domainName, listed, named } from './faults.js';
import { castImage, flatten, reshapeImage } from './image-operators.js';
import { add, classify, gemm, multiplyMatrices } from './linear-operators.js';
import { constantAt, linearAt, type NodeInputs, scoresAt } from './node-inputs.js';
import { divide, multiply } from './scaling-operators.js';
import { numbersOf } from './tensor.js';
import type { Value } from './values.js';

interface Operator {
  /** How many inputs it may have here, at least and at the most. */
  readonly inputs: readonly [number, number];
  /** The attributes that it may have here. */
  readonly attributes: readonly string[];
  run(inputs: NodeInputs, attributes: Attributes): Value | readonly Value[];
}

const CONSTANT_VALUES = ['value', 'value_float', 'value_floats', 'value_int', 'value_ints'];

const LINEAR_CLASSIFIER = [
  'classlabels_ints',
  'classlabels_strings',
  'coefficients',
  'intercepts',
  'multi_class',
  'post_transform',
];

/** What a softmax regression may be made of, by domain and name. */
const OPERATORS = new Map<string, Operator>([
  ['ai.onnx.Constant', { inputs: [0, 0], attributes: CONSTANT_VALUES, run: constant }],
  ['ai.onnx.Identity', { inputs: [1, 1], attributes: [], run: ({ values }) => values[0] as Value }],
  ['ai.onnx.Cast', { inputs: [1, 1], attributes: ['to', 'saturate'], run: cast }],
  ['ai.onnx.Div', { inputs: [2, 2], attributes: [], run: divide }],
  ['ai.onnx.Mul', { inputs: [2, 2], attributes: [], run: multiply }],
  [
    'ai.onnx.Flatten',
    { inputs: [1, 1], attributes: ['axis'], run: (inputs, a) => flatten(inputs, axis(a) ?? 1) },
  ],
  ['ai.onnx.Reshape', { inputs: [2, 2], attributes: ['allowzero'], run: reshape }],
  ['ai.onnx.MatMul', { inputs: [2, 2], attributes: [], run: multiplyMatrices }],
  [
    'ai.onnx.Gemm',
    { inputs: [2, 3], attributes: ['alpha', 'beta', 'transA', 'transB'], run: gemm },
  ],
  ['ai.onnx.Add', { inputs: [2, 2], attributes: [], run: add }],
  ['ai.onnx.Softmax', { inputs: [1, 1], attributes: ['axis'], run: softmax }],
  [
    'ai.onnx.ArgMax',
    { inputs: [1, 1], attributes: ['axis', 'keepdims', 'select_last_index'], run: argMax },
  ],
  ['ai.onnx.ml.LinearClassifier', { inputs: [1, 1], attributes: LINEAR_CLASSIFIER, run: classify }],
  ['ai.onnx.ml.Normalizer', { inputs: [1, 1], attributes: ['norm'], run: normalize }],
  [
    'ai.onnx.ml.ZipMap',
    { inputs: [1, 1], attributes: ['classlabels_int64s', 'classlabels_strings'], run: zipMap },
  ],
  ['ai.onnx.ml.ArrayFeatureExtractor', { inputs: [2, 2], attributes: [], run: lookUp }],
]);

/**
 * What a node gives.
 *
 * @throws SerializationError FILE_NOT_A_MODEL for a node of another kind, naming it
 */
export function run(inputs: NodeInputs): readonly Value[] {
  const { node, values } = inputs;
  const operator = OPERATORS.get(`${domainName(node.domain)}.${node.opType}`);
  const known = [...OPERATORS.keys()].map((name) => name.split('.').at(-1)).join(', ');
  demand(
    operator !== undefined,
    named(node),
    `an operator of a softmax regression (${known})`,
    'another',
  );
  const [least, most] = operator.inputs;
  const expected = least === most ? `${least} inputs` : `${least} to ${most} inputs`;
  const count = values.length;
  demand(count >= least && count <= most, named(node), expected, count);
  const present = values.slice(0, least).every((value) => value !== undefined);
  demand(present, named(node), expected, 'one left out');
  return [operator.run(inputs, attributesOf(node, operator.attributes))].flat();
}

function constant({ node }: NodeInputs, attributes: Attributes): Value {
  const subject = named(node);
  demand(node.attribute.length === 1, subject, 'one value', `${node.attribute.length}`);
  const tensor = attributes.get('value', 'tensor');
  if (tensor !== undefined) return { kind: 'constant', numbers: numbersOf(tensor, subject) };
  const one = attributes.get('value_float', 'float') ?? attributes.get('value_int', 'int');
  const list = attributes.get('value_floats', 'floats') ?? attributes.get('value_ints', 'ints');
  const data = Float64Array.from(list ?? [one as number]);
  return { kind: 'constant', numbers: { shape: list ? [data.length] : [], data } };
}

/** Of a constant or of what comes of the layer the type says nothing that a model of ours keeps. */
function cast(inputs: NodeInputs, attributes: Attributes): Value {
  const value = inputs.values[0] as Value;
  const type = attributes.get('to', 'int');
  attributes.get('saturate', 'int');
  if (value.kind === 'image') return castImage(inputs, type);
  const isNumber = type === DATA_TYPE.float || type === DATA_TYPE.double;
  const holds = value.kind === 'label' ? type !== undefined : isNumber;
  demand(holds, named(inputs.node), 'a cast to float or double', `to type ${type}`);
  return value;
}

/** Of an image; or of labels, which stay labels. */
function reshape(inputs: NodeInputs, attributes: Attributes): Value {
  const allowZero = attributes.get('allowzero', 'int') ?? 0;
  const value = inputs.values[0] as Value;
  if (value.kind !== 'label') return reshapeImage(inputs, allowZero === 0);
  const { data } = constantAt(inputs, 1);
  const flat = data.length === 1 && data[0] === -1;
  demand(flat, named(inputs.node), 'the shape [-1] for labels', listed(data));
  return value;
}

function softmax(inputs: NodeInputs, attributes: Attributes): Value {
  checkAxis(inputs, attributes, undefined);
  return { kind: 'probabilities', linear: scoresAt(inputs, 0).linear };
}

function argMax(inputs: NodeInputs, attributes: Attributes): Value {
  checkAxis(inputs, attributes, 0);
  attributes.get('keepdims', 'int');
  const last = attributes.get('select_last_index', 'int') ?? 0;
  demand(last === 0, named(inputs.node), 'select_last_index 0', last);
  const { kind, linear } = linearAt(inputs, 0);
  demand(kind !== 'label', named(inputs.node), 'scores or probabilities', kind);
  return { kind: 'label', linear };
}

/** Probabilities divided by their sum are the same. */
function normalize(inputs: NodeInputs, attributes: Attributes): Value {
  const norm = attributes.get('norm', 'string') ?? 'MAX';
  demand(norm === 'L1', named(inputs.node), 'norm L1', brief(norm));
  const value = linearAt(inputs, 0);
  demand(value.kind === 'probabilities', named(inputs.node), 'probabilities', value.kind);
  return value;
}

/** Probabilities by name; the names are those of the classes. */
function zipMap(inputs: NodeInputs, attributes: Attributes): Value {
  const value = linearAt(inputs, 0);
  const names =
    attributes.get('classlabels_strings', 'strings') ??
    attributes.get('classlabels_int64s', 'ints') ??
    [];
  return withNames(inputs, value, names.map(String));
}

/** Names of classes, looked up by labels. */
function lookUp(inputs: NodeInputs): Value {
  const value = linearAt(inputs, 1);
  demand(value.kind === 'label', named(inputs.node), 'labels as input 2', value.kind);
  return withNames(inputs, value, Array.from(constantAt(inputs, 0).data, String));
}

function withNames(
  { node }: NodeInputs,
  value: ReturnType<typeof linearAt>,
  names: readonly string[],
): Value {
  const { linear } = value;
  const count = `${linear.classes} names of classes`;
  demand(names.length === linear.classes, named(node), count, `${names.length}`);
  const agree = linear.classNames?.every((name, index) => name === names[index]) ?? true;
  demand(agree, named(node), 'the same names everywhere', 'others');
  return { ...value, linear: { ...linear, classNames: names } };
}

function checkAxis(
  inputs: NodeInputs,
  attributes: Attributes,
  otherwise: number | undefined,
): void {
  const found = axis(attributes) ?? otherwise ?? -1;
  demand(found === 1 || found === -1, named(inputs.node), 'axis 1', found);
}

function axis(attributes: Attributes): number | undefined {
  return attributes.get('axis', 'int');
}
