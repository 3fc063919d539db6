import { demand, named } from './faults.js';
import type { NodeProto } from './generated/onnx_pb.js';
import type { Numbers } from './tensor.js';
import type { Image, Value } from './values.js';

/** What a node takes, and what it is, for messages. */
export interface NodeInputs {
  readonly node: NodeProto;
  /** In the node's order; undefined where an optional one is left out. */
  readonly values: readonly (Value | undefined)[];
}

export function constantAt({ node, values }: NodeInputs, index: number): Numbers {
  const value = values[index];
  demand(
    value?.kind === 'constant',
    named(node),
    `a constant as input ${index + 1}`,
    value?.kind ?? 'nothing',
  );
  return value.numbers;
}

export function imageAt({ node, values }: NodeInputs, index: number): Image {
  const value = values[index];
  const expected = `the image, or the image divided, as input ${index + 1}`;
  demand(value?.kind === 'image', named(node), expected, value?.kind ?? 'nothing');
  return value;
}

export function linearAt({ node, values }: NodeInputs, index: number) {
  const value = values[index];
  demand(
    value !== undefined && value.kind !== 'constant' && value.kind !== 'image',
    named(node),
    `what comes of the linear layer, as input ${index + 1}`,
    value?.kind ?? 'nothing',
  );
  return value;
}

export function scoresAt(inputs: NodeInputs, index: number) {
  const value = linearAt(inputs, index);
  const expected = `the scores of the linear layer as input ${index + 1}`;
  demand(value.kind === 'scores', named(inputs.node), expected, value.kind);
  return value;
}

/** Which of the two inputs is the constant, whichever comes first. */
export function constantOfTwo(inputs: NodeInputs): { constant: Numbers; other: number } {
  const at = inputs.values[0]?.kind === 'constant' ? 0 : 1;
  return { constant: constantAt(inputs, at), other: 1 - at };
}
