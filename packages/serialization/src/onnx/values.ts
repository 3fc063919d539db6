import type { Numbers } from './tensor.js';

/** What flows from node to node, as far as a softmax regression has it. */
export type Value =
  | { readonly kind: 'constant'; readonly numbers: Numbers }
  | Image
  | { readonly kind: 'scores' | 'probabilities' | 'label'; readonly linear: Linear };

/** Pixels, divided by `scale`. */
export interface Image {
  readonly kind: 'image';
  /** Element type, as ONNX numbers them. */
  readonly type: number;
  /** undefined unless something was divided or multiplied. */
  readonly scale: number | undefined;
  /** Sizes beside that of the batch; undefined where the file leaves them open. */
  readonly sizes: readonly (number | undefined)[];
  /** Height and width, where the graph tells them. */
  readonly sides: readonly [number, number] | undefined;
}

/** The one linear layer: scores = image x weights + bias. */
export interface Linear {
  readonly image: Image;
  readonly features: number;
  readonly classes: number;
  /** features x classes, row-major. */
  readonly weights: Float32Array;
  /** undefined until it is added. */
  readonly bias: Float32Array | undefined;
  readonly classNames: readonly string[] | undefined;
}
