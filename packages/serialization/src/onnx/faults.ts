import { brief } from '../brief.js';
import { SerializationError } from '../errors.js';
import type { NodeProto } from './generated/onnx_pb.js';

const MAX_LISTED = 8;

/** An ONNX model that is whole, but no softmax regression that we understand. */
export function notAModel(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({
    code: 'FILE_NOT_A_MODEL',
    subject: `ONNX model, ${subject}`,
    expected,
    found,
  });
}

/** @param found in words, or a number; a text out of the file goes through {@link brief} first */
export function demand(
  holds: boolean,
  subject: string,
  expected: string,
  found: string | number | undefined,
): asserts holds {
  if (!holds) throw notAModel(subject, expected, `${found ?? 'nothing'}`);
}

/** A shape, or the beginning of a long one. */
export function listed(numbers: ArrayLike<number>): string {
  const rest = numbers.length > MAX_LISTED ? ', ...' : '';
  return `[${Array.from({ length: Math.min(numbers.length, MAX_LISTED) }, (_, i) => numbers[i]).join(', ')}${rest}]`;
}

/** A node as an error message names it. */
export function named({ name, opType, output }: NodeProto): string {
  return `node ${brief(name || (output[0] ?? ''))} (${brief(opType)})`;
}

/** The domain of a set of operators by its whole name. */
export function domainName(domain: string): string {
  return domain === '' ? 'ai.onnx' : domain;
}
