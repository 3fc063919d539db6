import { brief } from '../brief.js';
import { decodeUtf8 } from '../utf8.js';
import { ATTRIBUTE_TYPE } from './constants.js';
import { demand, named } from './faults.js';
import type { AttributeProto, NodeProto, TensorProto } from './generated/onnx_pb.js';

/** The values that an attribute may have, by its type. */
interface AttributeValues {
  float: number;
  int: number;
  string: string;
  tensor: TensorProto;
  floats: readonly number[];
  ints: readonly number[];
  strings: readonly string[];
}

export type AttributeType = keyof AttributeValues;

/** The attributes of a node; each has one of the types that were asked for. */
export interface Attributes {
  get<Type extends AttributeType>(name: string, type: Type): AttributeValues[Type] | undefined;
}

/**
 * @param known the attributes that the operator may have here: another one may change what it does
 * @throws SerializationError FILE_NOT_A_MODEL
 */
export function attributesOf(node: NodeProto, known: readonly string[]): Attributes {
  const subject = named(node);
  const attributes = new Map<string, AttributeProto>();
  for (const attribute of node.attribute) {
    const { name } = attribute;
    const expected = known.length === 0 ? 'no attributes' : `no attributes but ${known.join(', ')}`;
    demand(known.includes(name), subject, expected, brief(name));
    demand(!attributes.has(name), subject, `one attribute ${name}`, 'another');
    attributes.set(name, attribute);
  }
  return {
    get(name, type) {
      const attribute = attributes.get(name);
      if (attribute === undefined) return undefined;
      demand(
        attribute.type === ATTRIBUTE_TYPE[type],
        `${subject}, ${name}`,
        `an attribute of type ${type}`,
        `type ${attribute.type}`,
      );
      return VALUES[type](attribute, `${subject}, ${name}`);
    },
  };
}

const VALUES: {
  [Type in AttributeType]: (attribute: AttributeProto, subject: string) => AttributeValues[Type];
} = {
  float: ({ f }) => f,
  int: ({ i }) => Number(i),
  string: ({ s }, subject) => text(s, subject),
  tensor({ t }, subject) {
    demand(t !== undefined, subject, 'a tensor', 'nothing');
    return t;
  },
  floats: ({ floats }) => floats,
  ints: ({ ints }) => ints.map(Number),
  strings: ({ strings }, subject) => strings.map((bytes) => text(bytes, subject)),
};

function text(bytes: Uint8Array, subject: string): string {
  const decoded = decodeUtf8(bytes);
  demand(decoded !== undefined, subject, 'UTF-8 text', 'other bytes');
  return decoded;
}
