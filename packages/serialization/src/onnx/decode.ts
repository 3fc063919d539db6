import { fromBinary } from '@bufbuild/protobuf';
import { checkModel, ModelError, type SoftmaxRegression } from '@softreg/model';
import { brief } from '../brief.js';
import { SerializationError } from '../errors.js';
import {
  checkFormat,
  classNamesOf,
  FORMAT_KEY,
  imageShapeOf,
  MODEL_FORMAT,
  MODEL_VERSION,
  pixelScaleOf,
  receiptOf,
} from '../model-metadata.js';
import { decodeUtf8 } from '../utf8.js';
import { checkWire } from './check-wire.js';
import { DIGEST_KEY, MAKER, READABLE_IR, READABLE_OPSETS } from './constants.js';
import { demand, domainName, notAModel } from './faults.js';
import { checkDigest } from './file-digest.js';
import { type ModelProto, ModelProtoSchema } from './generated/onnx_pb.js';
import type { OnnxReading } from './onnx-model.js';
import { readGraph } from './read-graph.js';
import type { Linear } from './values.js';

/** Between a scale as text and as the graph has it, in float32 and maybe as its inverse. */
const SCALE_TOLERANCE = 1e-6;

type Metadata = ReadonlyMap<string, string>;

/** `decodeOnnxModel`, with the library that reads the bytes. */
export async function decode(
  bytes: Uint8Array,
  { pixelScale }: OnnxReading,
): Promise<SoftmaxRegression> {
  const file = parse(bytes);
  const metadata = metadataOf(file);
  const digest = metadata.get(DIGEST_KEY);
  if (digest !== undefined || isOurs(file, metadata)) await checkDigest(bytes, digest);
  checkVersions(file);
  if (metadata.get(FORMAT_KEY) === MODEL_FORMAT) {
    checkFormat(metadata, MODEL_FORMAT, MODEL_VERSION, 'FILE_NOT_A_MODEL');
  }
  demand(file.graph !== undefined, 'file', 'a graph', 'none');
  const linear = readGraph(file.graph);
  const { features, classes, weights, bias } = linear;
  const [imageHeight, imageWidth] = sidesOf(linear, metadata);
  try {
    return checkModel({
      parameters: { features, classes, weights, bias: bias ?? new Float32Array(classes) },
      imageHeight,
      imageWidth,
      classNames: namesOf(linear, metadata),
      pixelScale: scaleOf(linear, metadata, pixelScale),
      receipt: receiptOf(metadata),
    });
  } catch (error) {
    if (!ModelError.isInstance(error)) throw error;
    throw notAModel(error.subject, error.expected, error.found);
  }
}

function parse(bytes: Uint8Array): ModelProto {
  checkWire(ModelProtoSchema, bytes);
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    throw new SerializationError({
      code: 'FILE_DAMAGED',
      subject: 'file',
      expected: 'a whole ONNX model',
      found: (error as Error).message,
      cause: error,
    });
  }
}

/** By any of the signs that a file of ours has: it must have its checksum then. */
function isOurs({ producerName, graph }: ModelProto, metadata: Metadata): boolean {
  return (
    producerName === MAKER || graph?.name === MAKER || metadata.get(FORMAT_KEY) === MODEL_FORMAT
  );
}

function metadataOf({ metadataProps }: ModelProto): Metadata {
  const metadata = new Map<string, string>();
  for (const { key, value } of metadataProps) {
    const subject = `metadata ${brief(key)}`;
    demand(!metadata.has(key), subject, 'one of that name', 'another');
    const text = decodeUtf8(value);
    demand(text !== undefined, subject, 'UTF-8 text', 'other bytes');
    metadata.set(key, text);
  }
  return metadata;
}

/** Each set of operators that the graph uses must have a version that is known here. */
function checkVersions({ irVersion, opsetImport, graph }: ModelProto): void {
  const [leastIr, mostIr] = READABLE_IR;
  if (irVersion < leastIr || irVersion > mostIr) {
    throw unsupported(`IR version ${leastIr} to ${mostIr}`, `${irVersion}`);
  }
  const used = new Set(graph?.node.map(({ domain }) => domainName(domain)));
  for (const [domain, [least, most]] of Object.entries(READABLE_OPSETS)) {
    const versions = opsetImport
      .filter((set) => domainName(set.domain) === domain)
      .map(({ version }) => version);
    const known = versions.every((version) => version >= least && version <= most);
    if (known && (versions.length === 1 || !used.has(domain))) continue;
    const expected = `operators of one version of ${domain}, ${least} to ${most}`;
    throw unsupported(expected, versions.slice(0, 3).join(', ') || 'none');
  }
}

/** From the metadata, else from the graph; else a square, or one row: only pictures are affected, no number is. */
function sidesOf({ image, features }: Linear, metadata: Metadata): readonly [number, number] {
  if (metadata.has('image_shape')) return imageShapeOf(metadata);
  if (image.sides !== undefined) return image.sides;
  const side = Math.sqrt(features);
  return Number.isInteger(side) ? [side, side] : [1, features];
}

function namesOf({ classNames, classes }: Linear, metadata: Metadata): readonly string[] {
  if (metadata.has('class_names')) return classNamesOf(metadata);
  return classNames ?? Array.from({ length: classes }, (_, label) => `${label}`);
}

/** What bytes are divided by, by the graph or before it. Where the file says it twice it must say the same. */
function scaleOf({ image }: Linear, metadata: Metadata, given: number | undefined): number {
  const graph = image.scale;
  if (metadata.has('pixel_scale')) {
    const named = pixelScaleOf(metadata);
    const same = graph === undefined || Math.abs(named / graph - 1) <= SCALE_TOLERANCE;
    demand(same, 'pixel_scale', `${graph}, by which the graph divides`, named);
    return named;
  }
  const scale = graph ?? given;
  if (scale !== undefined) return scale;
  throw new SerializationError({
    code: 'FILE_NOT_A_MODEL',
    subject: 'ONNX model, pixel scale',
    expected: 'a division in the graph, or pixel_scale in the metadata',
    found: 'neither',
    advice:
      'say by what its pixels were divided: `softreg export` with --pixel-scale writes a model that knows it',
  });
}

function unsupported(expected: string, found: string): SerializationError {
  return new SerializationError({
    code: 'FILE_UNSUPPORTED_VERSION',
    subject: 'ONNX model',
    expected,
    found,
    advice: 'export it with another version, 13 of the operators say',
  });
}
