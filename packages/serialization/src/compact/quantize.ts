const LEVELS = 127;

/** Weights as whole numbers of -127 to 127, times a scale of their class. */
export interface QuantizedWeights {
  /** Features x classes, row-major. */
  readonly levels: Int8Array;
  /** One a class: 0 where all its weights round to 0. */
  readonly scales: Float32Array;
}

/** Rounds each weight to the nearest of 255 levels: off by half a scale of its class at most, which is 1/254 of that class's largest weight. */
export function quantize(weights: Float32Array, classes: number): QuantizedWeights {
  const largest = new Float32Array(classes);
  for (const [index, weight] of weights.entries()) {
    const label = index % classes;
    largest[label] = Math.max(largest[label] as number, Math.abs(weight));
  }
  const scales = largest.map(scaleOf);
  const levels = Int8Array.from(weights, (weight, index) => {
    const scale = scales[index % classes] as number;
    if (scale === 0) return 0;
    return Math.max(-LEVELS, Math.min(LEVELS, Math.round(weight / scale)));
  });
  return { levels, scales };
}

export function dequantize({ levels, scales }: QuantizedWeights): Float32Array {
  const { length: classes } = scales;
  return Float32Array.from(levels, (level, index) => level * (scales[index % classes] as number));
}

/** Rounded down: the largest float32 times its scale must not be beyond it. */
function scaleOf(largest: number): number {
  const scale = Float32Array.of(largest / LEVELS);
  const bits = new Uint32Array(scale.buffer);
  if (LEVELS * (scale[0] as number) > largest) bits[0] = (bits[0] as number) - 1;
  return scale[0] as number;
}
