import * as tf from '@tensorflow/tfjs-core';
import type { Engine, LoadOptions } from '../engine.js';
import type { Examples } from '../examples.js';
import type { TfjsSplit } from '../tfjs/tfjs-split.js';
import { turn } from '../turn.js';

const LOOK_AT_LOSS: readonly Engine['backend'][] = ['cuda', 'tensorflow', 'wasm', 'cpu'];
const LOSABLE: readonly Engine['backend'][] = ['webgpu', 'webgl'];

/** Is brought nowhere, since its engine is told that no step takes it in file order. */
const NOTHING: Examples = {
  values: Uint8Array.of(0),
  scale: 1,
  labels: Uint8Array.of(0),
  count: 1,
  features: 1,
  classes: 1,
};

const LOSS_POLL_MS = 20;
/** A reading may fail before the loss behind it is told. */
const FAILURE_POLLS = 250;

/** The device that engines share, by an ordinary engine on it: that one brings examples there, and knows whether it is lost. */
export class WideDevice {
  readonly host: Engine;
  /** Whether each step looks at its losses. */
  readonly looksAtLoss: boolean;
  private readonly canBeLost: boolean;
  private readonly tfjsName: string;

  /** @param host on TensorFlow.js; it is closed with this */
  constructor(host: Engine) {
    this.host = host;
    this.looksAtLoss = LOOK_AT_LOSS.includes(host.backend);
    this.canBeLost = LOSABLE.includes(host.backend);
    this.tfjsName = host.backend === 'cuda' ? 'tensorflow' : host.backend;
  }

  /** @throws BackendError BACKEND_INVALID_ARGUMENT, BACKEND_LOST */
  async load(examples: Examples, options: LoadOptions): Promise<TfjsSplit> {
    return (await this.host.load(examples, options)) as TfjsSplit;
  }

  /** @throws BackendError BACKEND_LOST */
  async refuseLost(): Promise<void> {
    if (this.canBeLost) (await this.host.load(NOTHING, { shuffled: true })).close();
  }

  /** Between two steps the thread should hear of a device that can be lost. */
  async betweenSteps(): Promise<void> {
    if (this.canBeLost) await turn();
  }

  /** TensorFlow.js has one active backend for the whole program. */
  activate(): void {
    if (tf.getBackend() !== this.tfjsName) void tf.setBackend(this.tfjsName);
  }

  /** Computes within a tidy, on this device. */
  run<T extends tf.TensorContainer>(work: () => T): T {
    this.activate();
    return tf.tidy(work);
  }

  /**
   * Reads a tensor, and frees it.
   *
   * @throws BackendError BACKEND_LOST; what is read from a lost device means nothing, and the reading may never end
   */
  async read(tensor: tf.Tensor): Promise<Float32Array> {
    try {
      const values = tensor.data() as Promise<Float32Array>;
      if (this.canBeLost) await this.untilRead(values);
      return await values;
    } finally {
      tensor.dispose();
    }
  }

  close(): void {
    this.host.close();
  }

  private async untilRead(values: Promise<Float32Array>): Promise<void> {
    let outcome: 'read' | 'failed' | undefined;
    const reading = values.then(
      () => {
        outcome = 'read';
      },
      () => {
        outcome = 'failed';
      },
    );
    for (let polls = 0; outcome !== 'read' && polls < FAILURE_POLLS; ) {
      await (outcome === 'failed' ? pause() : Promise.race([reading, pause()]));
      await this.refuseLost();
      if (outcome === 'failed') polls += 1;
    }
    await turn();
    await this.refuseLost();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOSS_POLL_MS));
}
