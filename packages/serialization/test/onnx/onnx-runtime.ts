import { InferenceSession, Tensor } from 'onnxruntime-node';

/** What ONNX Runtime makes of images, divided by a number: its outputs by name, those that are tensors. */
export async function runtimeOutputs(
  file: Uint8Array,
  images: Uint8Array,
  divisor: number,
  shape: readonly number[],
): Promise<Record<string, (number | string)[]>> {
  const session = await InferenceSession.create(file);
  try {
    const input = session.inputMetadata[0];
    if (!input?.isTensor) throw new Error('the model takes no tensor');
    const data = dataOf(input.type, images, divisor);
    // Maps, which scikit-learn's converter makes, cannot be fetched from JavaScript.
    const names = session.outputMetadata.filter(({ isTensor }) => isTensor).map(({ name }) => name);
    const tensors = await session.run({ [input.name]: new Tensor(data, shape) }, names);
    return Object.fromEntries(
      Object.entries(tensors).map(([name, { data }]) => [
        name,
        Array.from(data as ArrayLike<number | bigint | string>, (value) =>
          typeof value === 'bigint' ? Number(value) : value,
        ),
      ]),
    );
  } finally {
    await session.release();
  }
}

function dataOf(type: string, images: Uint8Array, divisor: number) {
  if (type === 'uint8') return images;
  const divided = Float64Array.from(images, (pixel) => pixel / divisor);
  return type === 'float64' ? divided : Float32Array.from(divided);
}
