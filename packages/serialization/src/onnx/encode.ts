import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { checkModel, type SoftmaxRegression } from '@softreg/model';
import { brief } from '../brief.js';
import { SerializationError } from '../errors.js';
import { modelMetadata } from '../model-metadata.js';
import { MAX_TEXT_BYTES } from './check-wire.js';
import {
  ATTRIBUTE_TYPE,
  DATA_TYPE,
  DIGEST_KEY,
  IR_VERSION,
  MAKER,
  OPSET_VERSION,
} from './constants.js';
import { BLANK_DIGEST, sealFile } from './file-digest.js';
import {
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from './generated/onnx_pb.js';
import { splitWeights } from './split-weights.js';
import { float32Tensor } from './tensor.js';

const BYTE = 255;
const HIGHEST_TEXT_BYTES = MAX_TEXT_BYTES / 2;

/** `encodeOnnxModel`, with the library that writes the bytes. */
export async function encode(model: SoftmaxRegression): Promise<Uint8Array<ArrayBuffer>> {
  const { parameters, pixelScale } = checkModel(model);
  const { features, classes, weights, bias } = parameters;
  checkScale(pixelScale);
  const { coarse, fine } = splitWeights(weights, classes);
  const graph = create(GraphProtoSchema, {
    name: MAKER,
    node: [
      node('MatMul', ['image', 'coarse_weights'], 'coarse_sums'),
      node('Div', ['coarse_sums', 'pixel_scale'], 'coarse_scores'),
      node('Div', ['image', 'pixel_scale'], 'scaled'),
      node('Gemm', ['scaled', 'fine_weights', 'bias'], 'fine_scores'),
      node('Add', ['coarse_scores', 'fine_scores'], 'scores'),
      node('Softmax', ['scores'], 'probabilities', { axis: 1 }),
      node('ArgMax', ['scores'], 'label', { axis: 1, keepdims: 0 }),
    ],
    initializer: [
      float32Tensor('pixel_scale', [], Float32Array.of(pixelScale)),
      float32Tensor('coarse_weights', [features, classes], coarse),
      float32Tensor('fine_weights', [features, classes], fine),
      float32Tensor('bias', [classes], bias),
    ],
    input: [tensor('image', DATA_TYPE.float, features)],
    output: [tensor('probabilities', DATA_TYPE.float, classes), tensor('label', DATA_TYPE.int64)],
  });
  const opsetImport = [{ domain: '', version: BigInt(OPSET_VERSION) }];
  // The checksum before the graph: a file that is cut has lost its graph, or its checksum is there and wrong.
  const head = { irVersion: BigInt(IR_VERSION), producerName: MAKER };
  return sealFile(joined({ ...head, metadataProps: metadataOf(model) }, { opsetImport, graph }));
}

/** The bytes of several parts, one after the other, are those of a message that has them all. */
function joined(...parts: MessageInitShape<typeof ModelProtoSchema>[]): Uint8Array<ArrayBuffer> {
  const encoded = parts.map((part) => toBinary(ModelProtoSchema, create(ModelProtoSchema, part)));
  const bytes = new Uint8Array(encoded.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of encoded) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function node(opType: string, input: string[], output: string, integers = {}) {
  return create(NodeProtoSchema, {
    name: output,
    opType,
    input,
    output: [output],
    attribute: Object.entries(integers).map(([name, value]) =>
      create(AttributeProtoSchema, { name, type: ATTRIBUTE_TYPE.int, i: BigInt(value as number) }),
    ),
  });
}

function tensor(name: string, elemType: number, ...sizes: number[]) {
  const dim = [
    { value: { case: 'dimParam' as const, value: 'batch' } },
    ...sizes.map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } })),
  ];
  const value = { case: 'tensorType' as const, value: { elemType, shape: { dim } } };
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { value }) });
}

function metadataOf(model: SoftmaxRegression) {
  const metadata = modelMetadata(model).set(DIGEST_KEY, BLANK_DIGEST);
  let bytes = 0;
  for (const [key, value] of metadata) {
    for (const text of [key, value]) {
      if (typeof text !== 'string' || /\p{Surrogate}/u.test(text)) {
        throw invalid(`metadata ${brief(key)}`, 'text of whole characters', brief(text));
      }
      bytes += new TextEncoder().encode(text).length;
    }
  }
  if (bytes > HIGHEST_TEXT_BYTES) {
    throw invalid('metadata', `at most ${HIGHEST_TEXT_BYTES} bytes`, `${bytes}`);
  }
  return [...metadata]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => ({ key, value: new TextEncoder().encode(text) }));
}

/** The graph divides in float32: there, no byte may become an infinity. */
function checkScale(pixelScale: number): void {
  const scale = Math.fround(pixelScale);
  if (scale < Number.POSITIVE_INFINITY && Number.isFinite(Math.fround(BYTE / scale))) return;
  throw invalid('pixel scale', 'a number by which float32 can divide 0 to 255', `${pixelScale}`);
}

function invalid(subject: string, expected: string, found: string): SerializationError {
  return new SerializationError({ code: 'FILE_INVALID_CONTENT', subject, expected, found });
}
