import * as tf from '@tensorflow/tfjs-core';
import { vi } from 'vitest';

type ExecuteOp = (name: string, ...rest: unknown[]) => unknown;

/** Of TensorFlow.js's backend on TensorFlow's C library. */
interface NativeBackend {
  binding: { executeOp: ExecuteOp };
  getNumOfTFTensors(): number;
}

export interface KernelCalls {
  /** Names of those that ran. */
  readonly names: readonly string[];
  mockRestore(): void;
}

/**
 * Watches the kernels that run on the active backend: operations of TensorFlow's library, or of TensorFlow.js.
 *
 * @param most after which each fails
 */
export function watchKernels(most = Number.POSITIVE_INFINITY): KernelCalls {
  const names: string[] = [];
  const note = (name: string) => {
    if (names.length >= most) throw new Error('out of memory');
    names.push(name);
  };
  const native = nativeBackend();
  if (native === undefined) {
    const { runKernel } = tf.engine();
    const spy = vi.spyOn(tf.engine(), 'runKernel').mockImplementation((...call) => {
      note(call[0]);
      return runKernel.apply(tf.engine(), call);
    });
    return { names, mockRestore: () => spy.mockRestore() };
  }
  const { binding } = native;
  const executeOp: ExecuteOp = (name, ...rest) => {
    note(name);
    return binding.executeOp(name, ...rest);
  };
  // The addon's own functions cannot be replaced.
  native.binding = Object.create(binding, { executeOp: { value: executeOp } });
  return {
    names,
    mockRestore() {
      native.binding = binding;
    },
  };
}

/** Tensors that there are, in TensorFlow.js and in the library below it. */
export function tensorCounts() {
  return [tf.memory().numTensors, nativeBackend()?.getNumOfTFTensors()];
}

function nativeBackend(): NativeBackend | undefined {
  const backend = tf.backend();
  return 'getNumOfTFTensors' in backend ? (backend as unknown as NativeBackend) : undefined;
}
