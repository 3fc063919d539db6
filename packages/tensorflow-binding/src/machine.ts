import { BindingError } from './errors.js';

/** What of a machine decides whether an addon can be built on it. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Whether the C library is glibc, for which libtensorflow is built. */
  readonly glibc: boolean;
}

export function thisMachine(): Machine {
  const { platform, arch } = process;
  return { platform, arch, glibc: platform === 'linux' && hasGlibc() };
}

function hasGlibc(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime !== undefined;
}

/** @throws BindingError BINDING_UNSUPPORTED_MACHINE unless it is Linux on x64 or arm64, with glibc */
export function requireSupported({ platform, arch, glibc }: Machine): void {
  if (platform !== 'linux') {
    throw unsupported(
      `Linux, found ${platform}; there use the package's own install, npm rebuild @tensorflow/tfjs-node`,
    );
  }
  if (arch !== 'x64' && arch !== 'arm64') {
    throw unsupported(`an x64 or arm64 processor, found ${arch}, for which there is none`);
  }
  if (!glibc) {
    throw unsupported('glibc, found another C library; use a system with glibc, such as Debian');
  }
}

function unsupported(rest: string): BindingError {
  return new BindingError(
    'BINDING_UNSUPPORTED_MACHINE',
    `this machine: libtensorflow needs ${rest}`,
  );
}
