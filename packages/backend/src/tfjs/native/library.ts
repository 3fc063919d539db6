import * as tf from '@tensorflow/tfjs-core';

/** What is used of the backend of @tensorflow/tfjs-node. */
export interface NativeBackend {
  readonly binding: Binding;
  createOutputTensor(metadata: Output): tf.Tensor;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.TensorInfo[];
}

/** TensorFlow's C library: tensors go by numbers there. */
interface Binding {
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_UINT8: number;
  readonly TF_INT32: number;
  readonly TF_FLOAT: number;
  createTensor(shape: number[], type: number, values: Uint8Array): number;
  executeOp(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly number[],
    outputs: number,
  ): Output[];
  deleteTensor(id: number): void;
}

export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

/** A tensor that an operation has made. */
interface Output {
  readonly id: number;
}

type Value = 'FLOAT' | 'INT32' | 'UINT8' | boolean;

/** Operations of the library by their names; what they make is theirs until it is returned. */
export interface Operations {
  /** The number of a tensor of TensorFlow.js. */
  idOf(tensor: tf.Tensor): number;
  /** The number of a new tensor with these bytes. */
  bytes(shape: [number, number], values: Uint8Array): number;
  /** Runs an operation with one result. */
  run(name: string, attributes: readonly Attribute[], ...inputs: number[]): number;
  /** Runs an operation with two results. */
  runForTwo(name: string, attributes: readonly Attribute[], ...inputs: number[]): [number, number];
}

/**
 * Runs operations of the library with nothing of TensorFlow.js between them, whose part takes 20 microseconds an operation. All that they make is
 * freed, whatever happens, but what `work` returns: that becomes tensors of TensorFlow.js.
 */
export function natively<const Ids extends readonly number[]>(
  work: (operations: Operations) => Ids,
): { [Index in keyof Ids]: tf.Tensor } {
  const backend = nativeBackend();
  const { binding } = backend;
  const made = new Map<number, Output>();
  const execute = (name: string, attributes: readonly Attribute[], ids: number[], count: number) =>
    binding.executeOp(name, attributes, ids, count).map((output) => {
      made.set(output.id, output);
      return output.id;
    });
  let returned: Ids | undefined;
  try {
    returned = work({
      idOf: (tensor) => backend.getInputTensorIds([tensor])[0] as number,
      bytes(shape, values) {
        const id = binding.createTensor(shape, binding.TF_UINT8, values);
        made.set(id, { id });
        return id;
      },
      run: (name, attributes, ...ids) => execute(name, attributes, ids, 1)[0] as number,
      runForTwo: (name, attributes, ...ids) =>
        execute(name, attributes, ids, 2) as [number, number],
    });
    return returned.map((id) => backend.createOutputTensor(made.get(id) as Output)) as {
      [Index in keyof Ids]: tf.Tensor;
    };
  } finally {
    for (const id of made.keys()) if (!returned?.includes(id)) binding.deleteTensor(id);
  }
}

/** An operation's attributes: types and switches. */
export function attributesOf(values: Readonly<Record<string, Value>>): Attribute[] {
  const { binding } = nativeBackend();
  return Object.entries(values).map(([name, value]) =>
    typeof value === 'boolean'
      ? { name, type: binding.TF_ATTR_BOOL, value }
      : { name, type: binding.TF_ATTR_TYPE, value: binding[`TF_${value}`] },
  );
}

function nativeBackend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}
