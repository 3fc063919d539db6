import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { expect } from 'vitest';
import { decodeOnnxModel, encodeOnnxModel } from '../../src/index.js';
import {
  AttributeProtoSchema,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../../src/onnx/generated/onnx_pb.js';
import { bytesOf, TINY_MODEL } from '../samples.js';

/** The parts of a file of ours: 2 x 1 pixels, 2 classes. */
export interface Parts {
  readonly file: ModelProto;
  readonly graph: GraphProto;
  node(name: string): NodeProto;
  initializer(name: string): TensorProto;
}

/** By which a file is known as ours, which must have its checksum. */
const SIGNS = ['file_sha256', 'format'];

/** A file as ours, but with one product of matrices and without the checksum and what asks for it, changed. */
export async function edited(edit: (parts: Parts) => unknown): Promise<Uint8Array<ArrayBuffer>> {
  const file = fromBinary(ModelProtoSchema, await encodeOnnxModel(TINY_MODEL));
  file.metadataProps = file.metadataProps.filter(({ key }) => !SIGNS.includes(key));
  const graph = file.graph as GraphProto;
  graph.name = '';
  file.producerName = '';
  withOneProduct(graph);
  const named = <Item extends { name: string }>(items: Item[], name: string) =>
    items.find((item) => item.name === name) as Item;
  edit({
    file,
    graph,
    node: (name) => named(graph.node, name),
    initializer: (name) => named(graph.initializer, name),
  });
  return new Uint8Array(toBinary(ModelProtoSchema, file));
}

function withOneProduct(graph: GraphProto): void {
  const ofTwo = ['coarse_sums', 'coarse_scores', 'fine_scores', 'scores'];
  const [scaled, ...others] = graph.node.filter(({ name }) => !ofTwo.includes(name));
  const scores = { name: 'scores', opType: 'Gemm', output: ['scores'] };
  const product = node({ ...scores, input: ['scaled', 'weights', 'bias'] });
  graph.node = [scaled as NodeProto, product, ...others];
  const { features, classes, weights } = TINY_MODEL.parameters;
  const dims = [features, classes].map(BigInt);
  const [scale, , , bias] = graph.initializer as TensorProto[];
  const whole = tensor({
    name: 'weights',
    dims,
    dataType: FLOAT,
    rawData: bytesOf(weights).slice(),
  });
  graph.initializer = [scale as TensorProto, whole, bias as TensorProto];
}

export function node(init: MessageInitShape<typeof NodeProtoSchema>): NodeProto {
  return create(NodeProtoSchema, init);
}

export function tensor(init: MessageInitShape<typeof TensorProtoSchema>): TensorProto {
  return create(TensorProtoSchema, init);
}

export const FLOAT = 1;
const INT = 2;
export const STRING = 3;
export const TENSOR = 4;

export type Edit = (parts: Parts) => unknown;

export const shape = (...sizes: number[]) => ({ dims: sizes.map(BigInt) });
export const integer = (name: string, value: number) =>
  create(AttributeProtoSchema, { name, type: INT, i: BigInt(value) });
export const float = (name: string, value: number) =>
  create(AttributeProtoSchema, { name, type: FLOAT, f: value });
export const entry = (key: string, text: string) =>
  create(StringStringEntryProtoSchema, { key, value: new TextEncoder().encode(text) });
export const change = <Item extends object>(item: Item, fields: Partial<Item>) =>
  Object.assign(item, fields);

/** Another node in the place of the one of that name, with the same output. */
export function replace({ graph }: Parts, name: string, init: Parameters<typeof node>[0]) {
  const at = graph.node.findIndex((known) => known.name === name);
  graph.node[at] = node({ name, output: [name], ...init });
}

export async function expectRefused(edit: Edit, code: string, subject: string, message: RegExp) {
  const reading = decodeOnnxModel(await edited(edit));
  await expect(reading).rejects.toMatchObject({ name: 'SerializationError', code, subject });
  await expect(reading).rejects.toThrow(message);
}

export function reshaped({ graph }: Parts, input: string, ...data: number[]) {
  const dims = [BigInt(data.length)];
  graph.initializer.push(tensor({ name: 'to', dims, dataType: 7, int64Data: data.map(BigInt) }));
  graph.node.push(node({ opType: 'Reshape', input: [input, 'to'], output: ['z'] }));
}

export function twoLayers(parts: Parts) {
  const again = node({ opType: 'Gemm', input: ['scaled', 'weights', 'bias'], output: ['again'] });
  parts.graph.node.push(again);
  (parts.graph.output[1] as { name: string }).name = 'again';
}

export function elementType({ graph }: Parts, elemType: number) {
  Object.assign(graph.input[0]?.type?.value.value as object, { elemType });
}

export function sizes({ graph }: Parts, ...found: number[]) {
  const dim = found.map((size) => ({ value: { case: 'dimValue', value: BigInt(size) } }));
  const input = graph.input[0]?.type?.value.value as unknown as { shape: { dim: unknown[] } };
  input.shape.dim.splice(
    0,
    9,
    ...dim.map((init) => ({ ...init, $typeName: 'onnx.TensorShapeProto.Dimension' })),
  );
}

export function opset({ file }: Parts, domain: string, version: number) {
  file.opsetImport.push({ ...file.opsetImport[0], domain, version: BigInt(version) } as never);
}

export function meta({ file }: Parts, key: string, value: string) {
  file.metadataProps = file.metadataProps.map((known) =>
    known.key === key ? entry(key, value) : known,
  );
}
