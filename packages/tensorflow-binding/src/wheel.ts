import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@softreg/atomic-file';
import envPaths from 'env-paths';
import { BindingError } from './errors.js';
import { findLibtensorflow, type Libtensorflow } from './libtensorflow.js';
import type { Machine } from './machine.js';
import { describeEnd, type Ended, run } from './run.js';

/** The newest with which all of TensorFlow.js's own tests pass; see the README. */
export const PINNED = {
  version: '2.16.2',
  megabytes: 214,
  sha256: 'c855cb6bf05d32dd5928086b03a5f6b4189b63c22b95e017703cbee4291023ca',
} as const;

/** No wheel is installed into a Python here, so that any Python can fetch the one for 3.11. */
const TAGS = [
  '--python-version=311',
  '--implementation=cp',
  '--abi=cp311',
  ...['manylinux2014', 'manylinux_2_17', 'manylinux_2_27', 'manylinux_2_28'].map(
    (platform) => `--platform=${platform}_x86_64`,
  ),
];

/** Of the wheel's 1,500 MB the two libraries and the headers of the C functions. */
const UNPACK = `
import re, sys, zipfile
wanted = re.compile(r'tensorflow/(libtensorflow_(cc|framework)\\.so\\.2|include/(tensorflow|tsl|xla)/(.*/)?(c|platform)/.*\\.h)')
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if wanted.fullmatch(name)])
`;

export interface WheelOptions {
  /** Of tensorflow-cpu; the pinned one unless given. */
  readonly version?: string | undefined;
  /** Where unpacked libraries are kept; the system's folder for caches unless given. */
  readonly cache?: string | undefined;
  readonly machine: Machine;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (line: string) => void;
}

/**
 * The libtensorflow of PyPI's wheel `tensorflow-cpu`, from the cache, or fetched into it by pip.
 *
 * @throws BindingError BINDING_UNSUPPORTED_MACHINE, BINDING_PYTHON_MISSING, BINDING_DOWNLOAD_FAILED
 */
export async function wheelLibtensorflow(options: WheelOptions): Promise<Libtensorflow> {
  const { version = PINNED.version, machine, onProgress } = options;
  const cache = options.cache ?? join(envPaths('softreg', { suffix: '' }).cache, 'libtensorflow');
  const kept = join(cache, `tensorflow-cpu-${version}`);
  if (machine.arch !== 'x64') throw noWheel(machine.arch);
  await makeFolder(cache);
  const cached = await findLibtensorflow(kept);
  if (cached !== undefined) return cached;

  const temporary = await mkdtemp(join(cache, `.tensorflow-cpu-${version}-`));
  try {
    const wheel = await download(version, temporary, options);
    onProgress(`unpacking ${version} into ${kept}`);
    const unpacked = await unpack(wheel, temporary, options.signal);
    await keep(unpacked, kept);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  const found = await findLibtensorflow(kept);
  if (found === undefined) throw new Error(`${kept} was removed while it was made`);
  return found;
}

async function download(
  version: string,
  folder: string,
  { onProgress, signal }: WheelOptions,
): Promise<string> {
  const pinned = version === PINNED.version;
  const requirements = join(folder, 'requirements.txt');
  const hash = pinned ? ` --hash=sha256:${PINNED.sha256}` : '';
  await writeFile(requirements, `tensorflow-cpu==${version}${hash}\n`);
  onProgress(
    `downloading tensorflow-cpu ${version}${pinned ? ` (${PINNED.megabytes} MB)` : ''} with python3 -m pip`,
  );
  const end = await python(
    [
      ...['-m', 'pip', 'download', '--no-input', '--no-deps', '--only-binary=:all:'],
      ...['--disable-pip-version-check', '--progress-bar=off', ...TAGS],
      ...['--dest', folder, '--requirement', requirements],
    ],
    signal,
  );
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (end.code === 0 && wheel !== undefined) return join(folder, wheel);
  if (end.stderr.includes('No module named pip')) throw noPython('a python3 without pip');
  throw new BindingError(
    'BINDING_DOWNLOAD_FAILED',
    `tensorflow-cpu ${version}: expected pip to fetch its wheel, found ${describeEnd(end)}; see to pip's access to a package index, or name a libtensorflow with --libtensorflow`,
  );
}

async function unpack(wheel: string, folder: string, signal?: AbortSignal): Promise<string> {
  const end = await python(['-c', UNPACK, wheel, folder], signal);
  const unpacked = join(folder, 'tensorflow');
  if (end.code === 0 && (await findLibtensorflow(unpacked)) !== undefined) return unpacked;
  const found = end.code === 0 ? 'others' : describeEnd(end);
  throw new BindingError(
    'BINDING_DOWNLOAD_FAILED',
    `${wheel}: expected libtensorflow_cc.so.2, libtensorflow_framework.so.2 and headers in it, found ${found}; try another version of tensorflow-cpu, or see to the room on the disk`,
  );
}

/** Another process may have been first: what it made is as good. */
async function keep(unpacked: string, kept: string): Promise<void> {
  await rename(unpacked, kept).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}

async function python(args: readonly string[], signal?: AbortSignal): Promise<Ended> {
  return run(['python3', ...args], signal).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? noPython('none') : error;
  });
}

function noPython(found: string): BindingError {
  return new BindingError(
    'BINDING_PYTHON_MISSING',
    `python3 with pip, which fetches libtensorflow: expected it on the PATH, found ${found}; install both, or name a libtensorflow with --libtensorflow`,
  );
}

function noWheel(arch: string): BindingError {
  return new BindingError(
    'BINDING_UNSUPPORTED_MACHINE',
    `this machine: the wheel tensorflow-cpu needs an x64 processor, found ${arch}; name a libtensorflow for it with --libtensorflow`,
  );
}
