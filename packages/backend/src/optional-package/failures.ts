import {
  bindingCommand,
  type Installation,
  installCommand,
  rebuildCommand,
} from './installation.js';

export interface Failure {
  /** One clause. */
  readonly reason: string;
  /** The exact command, or what else to do. */
  readonly fix: string;
}

/** The package is not there at all. */
export function notInstalled(spec: string, installation: Installation): Failure {
  const install = installCommand(spec, installation);
  const bare = installCommand(spec, installation, '--ignore-scripts');
  const binding = bindingCommand(spec, installation);
  const fixes = {
    plain: `install it with: ${install}`,
    workspace: `install it with: ${install} && ${binding}`,
    addon: `install it with: ${install}, or where its download cannot be reached: ${bare} && ${binding}`,
  };
  const kind = installation.kind === 'workspace' ? 'workspace' : 'addon';
  return {
    reason: `the package ${spec} is not installed`,
    fix: fixes[hasAddon(spec) ? kind : 'plain'],
  };
}

/**
 * Why a package that is there, with compiled code in it, does not load.
 *
 * @param error what importing it threw
 */
export function explain(error: unknown, spec: string, installation: Installation): Failure {
  const message = error instanceof Error ? error.message : String(error);
  for (const [pattern, failureOf] of KNOWN) {
    const match = pattern.exec(message);
    if (match) return failureOf({ match, spec, installation });
  }
  return {
    reason: `the package ${spec} does not load: ${message.split('\n', 1)[0]}`,
    fix: `install it anew with: ${rebuildCommand(spec, installation)}`,
  };
}

interface Context {
  readonly match: RegExpExecArray;
  readonly spec: string;
  readonly installation: Installation;
}

const CUDA_LIBRARY = String.raw`lib(?:cuda|cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|cudnn|nvrtc)\b[\w.-]*`;

/** By the words of the operating system's loader and of the packages themselves; the first that fits. */
const KNOWN: readonly [RegExp, (context: Context) => Failure][] = [
  [
    /addon module \(tfjs_binding\.node\) can ?not be found/,
    (context) => ({
      reason: `the compiled part of ${context.spec} is missing: its install script did not run, or failed`,
      fix: withBinding(context),
    }),
  ],
  [
    new RegExp(`(${CUDA_LIBRARY}): cannot open shared object file`),
    ({ match }) => ({
      reason: `the CUDA library ${match[1]} is missing`,
      fix: 'install CUDA 11.2 and cuDNN 8.1, and name the folders of their libraries in LD_LIBRARY_PATH; or use tensorflow',
    }),
  ],
  [
    /(lib[\w.+-]+\.(?:so|dylib)[\d.]*): cannot open shared object file|Library not loaded: \S*?(lib[\w.+-]+\.dylib)/,
    (context) => ({
      reason: `the library ${context.match[1] ?? context.match[2]} of ${context.spec} is missing`,
      fix: withBinding(context),
    }),
  ],
  [
    /The specified module could not be found/,
    ({ spec }) => ({
      reason: `Windows finds no tensorflow.dll for ${spec}`,
      fix: `run: copy ${folderOf(spec)}\\deps\\lib\\tensorflow.dll ${folderOf(spec)}\\lib\\napi-v8`,
    }),
  ],
  [
    /NODE_MODULE_VERSION|compiled against a different Node\.js version|Module did not self-register|symbol.* napi_/,
    (context) => ({
      reason: `the compiled part of ${context.spec} was built for another version of Node`,
      fix: withBinding(context),
    }),
  ],
  [
    /invalid ELF header|wrong ELF class|file too short|not a valid Win32 application|incompatible architecture|slice is not valid mach-o/,
    (context) => ({
      reason: `the compiled part of ${context.spec} is damaged, or made for another system or processor`,
      fix: withBinding(context),
    }),
  ],
  [
    /version [`'](GLIBC(?:XX)?_[\d.]+)' not found/,
    ({ match, spec }) => ({
      reason: `${spec} needs ${match[1]} of the C or C++ library, and this system's is older`,
      fix: 'use a newer system, or another backend',
    }),
  ],
];

/** The install script again; for TensorFlow also our own way to the same. */
function withBinding({ spec, installation }: Context): string {
  const rebuild = rebuildCommand(spec, installation);
  if (!hasAddon(spec)) return `run: ${rebuild}`;
  const binding = bindingCommand(spec, installation);
  // A clone builds no dependency by its own script.
  if (installation.kind === 'workspace') return `run: ${binding}`;
  return `run: ${rebuild}, or where its download cannot be reached: ${binding}`;
}

/** Which @softreg/tensorflow-binding can build. */
function hasAddon(spec: string): boolean {
  return spec.startsWith('@tensorflow/');
}

function folderOf(spec: string): string {
  return `node_modules\\${spec.replace(/(?<=.)@.*/, '').replace('/', '\\')}`;
}
