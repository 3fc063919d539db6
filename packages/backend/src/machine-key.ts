import { importInNode, isNode } from './node-only.js';
import { nvidiaCardName } from './tfjs/nvidia.js';
import { rendererOf } from './tfjs/renderer.js';

/** Tells one machine, with the software that decides which backends run there and how fast, from another. */
export async function machineKey(): Promise<string> {
  const parts = isNode() ? await nodeParts() : await browserParts();
  return JSON.stringify(parts);
}

/** Looked up on the disk: to import TensorFlow.js takes longer than to train an epoch. */
const PACKAGES = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-node',
  'webgpu',
];
const VARIABLES = ['CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH', 'VK_ICD_FILENAMES'];

interface Process {
  readonly version: string;
  readonly arch: string;
  readonly env: Record<string, string | undefined>;
}

interface Os {
  cpus(): { model: string }[];
  platform(): string;
  release(): string;
}

interface Files {
  readFileSync(path: string | URL, encoding: 'utf8'): string;
  statSync(path: string): { mtimeMs: number };
}

interface Modules {
  createRequire(url: string): { resolve(name: string): string };
}

async function nodeParts(): Promise<unknown[]> {
  const process = await importInNode<Process>('node:process');
  const os = await importInNode<Os>('node:os');
  const files = await importInNode<Files>('node:fs');
  const { createRequire } = await importInNode<Modules>('node:module');
  const require = createRequire(import.meta.url);
  const own = JSON.parse(files.readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const processors = os.cpus();
  return [
    own.version,
    process.version,
    process.arch,
    os.platform(),
    os.release(),
    processors[0]?.model,
    processors.length,
    await nvidiaCardName(),
    VARIABLES.map((name) => process.env[name]),
    PACKAGES.map((name) => installed(name, require, files)),
  ];
}

/** Version and time of the last build of a package; undefined if it is not there. */
function installed(
  name: string,
  require: { resolve(name: string): string },
  files: Files,
): unknown[] | undefined {
  try {
    const manifest = require.resolve(`${name}/package.json`);
    const { version } = JSON.parse(files.readFileSync(manifest, 'utf8'));
    return [version, changedAt(manifest.replace(/package\.json$/, 'lib'), files)];
  } catch {
    return undefined;
  }
}

function changedAt(path: string, files: Files): number | undefined {
  try {
    return files.statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}

interface Navigator {
  readonly userAgent: string;
  readonly hardwareConcurrency: number;
  readonly gpu?: {
    requestAdapter(options: object): Promise<{ readonly info?: object } | null>;
  };
}

async function browserParts(): Promise<unknown[]> {
  const { userAgent, hardwareConcurrency, gpu } = (
    globalThis as unknown as { navigator: Navigator }
  ).navigator;
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  const gl = 'OffscreenCanvas' in globalThis && new OffscreenCanvas(1, 1).getContext('webgl2');
  const { vendor, architecture, description } = (adapter?.info ?? {}) as Record<string, string>;
  // A bundle's address changes with what is in it.
  const cards = [vendor, architecture, description, gl ? rendererOf(gl) : undefined];
  return [import.meta.url, userAgent, hardwareConcurrency, ...cards];
}
