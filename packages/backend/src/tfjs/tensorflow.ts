import * as tf from '@tensorflow/tfjs-core';
import type { BackendName, Engine } from '../engine.js';
import type { BackendError } from '../errors.js';
import { importInNode, isNode, processorName } from '../node-only.js';
import type { OpenEngineOptions } from '../open-engine-options.js';
import { type Imported, importOptional } from '../optional-package/import-optional.js';
import { unavailable } from '../unavailable.js';
import { heldModel } from './held-model.js';
import { nativeInputs } from './native/native-inputs.js';
import { NATIVE_STEP_KERNELS, NativeSteps } from './native/native-steps.js';
import { nvidiaCardName } from './nvidia.js';
import { quietly, refuseThreads } from './start.js';
import { TfjsEngine } from './tfjs-engine.js';

/** What TensorFlow.js itself calls both of them. */
const TFJS_NAME = 'tensorflow';

const WITH_GPU = '@tensorflow/tfjs-node-gpu';
const WITHOUT_GPU = '@tensorflow/tfjs-node';

const MODEL = heldModel(NATIVE_STEP_KERNELS, () => new NativeSteps());

/** The backend of TensorFlow.js that both packages bring. */
interface NodeBackend {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

/**
 * TensorFlow's C library on an NVIDIA card, through @tensorflow/tfjs-node-gpu.
 *
 * @throws BackendError BACKEND_UNAVAILABLE also where the library runs, but finds no card: it never computes on the processor
 */
export async function openCuda({ threads }: OpenEngineOptions): Promise<Engine> {
  refuseThreads('cuda', threads);
  const { isGPUPackage, isUsingGpuDevice, binding } = await nodeBackend('cuda', [WITH_GPU]);
  if (!isGPUPackage) {
    throw unavailable('cuda', `this process computes with ${WITHOUT_GPU} already`, {
      fix: 'ask for cuda first, in a new process',
    });
  }
  const card = await nvidiaCardName();
  if (!isUsingGpuDevice) throw noGpu(binding.TF_Version, card);
  return new TfjsEngine('cuda', {
    description: descriptionOf(binding, WITH_GPU),
    device: card ?? 'an NVIDIA card',
    precision: 'float32',
    looksAtLoss: true,
    tfjsName: TFJS_NAME,
    model: MODEL,
    inputsOf: nativeInputs(),
  });
}

/**
 * TensorFlow's C library on the processor, through @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu.
 *
 * @throws BackendError BACKEND_UNAVAILABLE
 */
export async function openTensorflow({ threads }: OpenEngineOptions): Promise<Engine> {
  refuseThreads('tensorflow', threads);
  const names = [WITHOUT_GPU, WITH_GPU];
  const { isGPUPackage, isUsingGpuDevice, binding } = await nodeBackend('tensorflow', names);
  if (isUsingGpuDevice) {
    throw unavailable('tensorflow', `the ${WITH_GPU} of this process computes on the card`, {
      fix: 'use cuda, or hide the card with CUDA_VISIBLE_DEVICES=-1',
    });
  }
  return new TfjsEngine('tensorflow', {
    description: descriptionOf(binding, isGPUPackage ? WITH_GPU : WITHOUT_GPU),
    device: await processorName(),
    precision: 'float32',
    looksAtLoss: true,
    tfjsName: TFJS_NAME,
    model: MODEL,
    inputsOf: nativeInputs(),
  });
}

function descriptionOf({ TF_Version }: NodeBackend['binding'], name: string): string {
  return `TensorFlow ${TF_Version} through ${name} ${tf.version_core}`;
}

function noGpu(version: string, card: string | undefined): BackendError {
  if (card === undefined) {
    return unavailable('cuda', 'there is no NVIDIA card here, or no driver for it', {
      fix: 'install the NVIDIA driver if there is a card, else use another backend',
    });
  }
  return unavailable('cuda', `TensorFlow ${version} cannot use the ${card}`, {
    fix:
      'install CUDA 11.2 and cuDNN 8.1, which TensorFlow 2.9.1 needs, and name the folders of their libraries in LD_LIBRARY_PATH; ' +
      'TF_CPP_MIN_LOG_LEVEL=0 shows what it looks for; or use webgpu',
  });
}

/**
 * A process has room for one of the two packages: whichever was loaded first stays.
 *
 * @param names of packages, the better first
 */
async function nodeBackend(backend: BackendName, names: readonly string[]): Promise<NodeBackend> {
  if (!isNode()) {
    throw unavailable(backend, 'there is no TensorFlow outside Node', {
      fix: 'use webgpu, webgl or simd here',
    });
  }
  const loaded = tf.findBackend(TFJS_NAME) as unknown as NodeBackend | null;
  if (loaded !== null) return loaded;
  const failures: Extract<Imported, { failure: unknown }>[] = [];
  for (const name of names) {
    const imported = await importBinding(name);
    if ('module' in imported) return tf.findBackend(TFJS_NAME) as unknown as NodeBackend;
    failures.push(imported);
  }
  const worst = failures.find(({ installed }) => installed) ?? failures[0];
  throw unavailable(backend, worst?.failure.reason ?? 'no package to load', {
    cause: worst?.cause,
    ...(worst && { fix: worst.failure.fix }),
  });
}

async function importBinding(name: string): Promise<Imported> {
  await restoreUtilFunctions();
  await setDefaults();
  return quietly(() => importOptional(name, tf.version_core));
}

interface OldUtil {
  isNullOrUndefined?: (value: unknown) => boolean;
  isArray?: (value: unknown) => boolean;
}

/** tfjs-node 4.22.0 calls functions of node:util that Node 23 removed. */
async function restoreUtilFunctions(): Promise<void> {
  const { default: util } = await importInNode<{ default: OldUtil }>('node:util');
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

async function setDefaults(): Promise<void> {
  const { env } = await importInNode<{ env: Record<string, string> }>('node:process');
  // No lines on stderr about the processor's instructions; errors are still shown.
  env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // Newer cards would multiply float32 with 10 bits of mantissa.
  env.NVIDIA_TF32_OVERRIDE ??= '0';
}
