import { importInNode } from '../node-only.js';

/** How this package came here, which decides by what command another is put beside it. */
export type Installation =
  | { readonly kind: 'npm' | 'npm-global' | 'pnpm' | 'pnpm-global' }
  /** A clone of the project. */
  | { readonly kind: 'workspace' }
  /** `folder`: where npx keeps what it ran. */
  | { readonly kind: 'npx'; readonly folder: string };

/** Told from where this file lies. */
export async function thisInstallation(): Promise<Installation> {
  const fs = await importInNode<{ existsSync(path: string): boolean }>('node:fs');
  const url = await importInNode<{ fileURLToPath(url: string): string }>('node:url');
  return installationOf(url.fileURLToPath(import.meta.url), fs.existsSync);
}

/**
 * @param path of a file of this package
 * @param exists whether there is such a file
 */
export function installationOf(path: string, exists: (path: string) => boolean): Installation {
  const file = path.replaceAll('\\', '/');
  const npx = /^(.*\/_npx\/[^/]+)\/node_modules\//.exec(file)?.[1];
  if (npx !== undefined) return { kind: 'npx', folder: npx };
  const project = /^(.*?)\/node_modules\//.exec(file)?.[1];
  if (project === undefined) return { kind: 'workspace' };
  if (file.includes('/pnpm/global/')) return { kind: 'pnpm-global' };
  if (file.includes('/node_modules/.pnpm/')) return { kind: 'pnpm' };
  // The folder of global packages belongs to no project.
  return { kind: exists(`${project}/package.json`) ? 'npm' : 'npm-global' };
}

/**
 * The command that adds a package.
 *
 * @param spec name@version
 * @param flag of the package manager
 */
export function installCommand(spec: string, { kind }: Installation, flag?: string): string {
  const add = { npm: 'install', pnpm: `add --allow-build=${nameOf(spec)}` };
  const command = {
    npm: ['npm', add.npm, flag, spec],
    'npm-global': ['npm', add.npm, '--global', flag, spec],
    npx: ['npx', flag, `--package softreg --package ${spec} softreg backends`],
    pnpm: ['pnpm', add.pnpm, flag, spec],
    'pnpm-global': ['pnpm', add.pnpm, '--global', flag, spec],
    workspace: ['npx --yes pnpm install'],
  };
  return command[kind].filter((word) => word !== undefined).join(' ');
}

/** The command that runs the install script of a package that is there already: it downloads or builds what the package lacks. */
export function rebuildCommand(spec: string, installation: Installation): string {
  const name = nameOf(spec);
  switch (installation.kind) {
    case 'npm':
      return `npm rebuild ${name}`;
    case 'npm-global':
      return `npm rebuild --global ${name}`;
    case 'npx':
      return `npm rebuild --prefix ${installation.folder} ${name}`;
    case 'pnpm':
    case 'pnpm-global':
      return installCommand(spec, installation);
    case 'workspace':
      return 'npx --yes pnpm install --force';
  }
}

/** The command that builds the addon of @tensorflow/tfjs-node, or of tfjs-node-gpu, without its vendor's host. */
export function bindingCommand(spec: string, installation: Installation): string {
  const build = 'npx @softreg/tensorflow-binding';
  switch (installation.kind) {
    case 'npm':
    case 'pnpm':
      return build;
    case 'npm-global':
      return `${build} --global`;
    case 'pnpm-global':
      return `${build} --package "$(pnpm root --global)/${nameOf(spec)}"`;
    case 'npx':
      return `${build} --package ${installation.folder}/node_modules/${nameOf(spec)}`;
    case 'workspace':
      return 'npx --yes pnpm tensorflow-binding';
  }
}

function nameOf(spec: string): string {
  return spec.replace(/(?<=.)@.*/, '');
}
