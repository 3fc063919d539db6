import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ROOT } from '../src/pnpm.js';
import { workspacePackages } from '../src/workspace.js';

export interface Probe {
  /** Where the source would be, from the root of the workspace. */
  readonly folder: string;
  readonly source: string;
  readonly file?: string;
}

const BOUNDARY_RULES = ['noRestrictedImports', 'noRestrictedGlobals', 'noNodejsModules'];

/**
 * Which boundary rules refuse each probe, in the probes' order. The probes are linted in a temporary workspace that has this
 * one's configuration and manifests: biome's standard-input mode reports no rule, and a file in a real package could be built.
 */
export function lintProbes(probes: readonly Probe[]): string[][] {
  const workspace = mkdtempSync(join(tmpdir(), 'softreg-lint-'));
  try {
    const manifests = workspacePackages(ROOT).map(({ folder }) => join(folder, 'package.json'));
    for (const path of [join(ROOT, '.biome.json'), join(ROOT, '.gitignore'), ...manifests]) {
      cpSync(path, join(workspace, relative(ROOT, path)));
    }
    const paths = probes.map(({ folder, file = '.ts' }, index) => `${folder}/probe${index}${file}`);
    for (const [index, { source }] of probes.entries()) {
      const path = join(workspace, paths[index] as string);
      mkdirSync(dirname(path), { recursive: true });
      // Every file breaks noVar too, which shows that it was linted at all.
      writeFileSync(path, `${source}\nvar linted;\n`);
    }
    const rules = brokenRules(workspace);
    return paths.map((path) => {
      const broken = rules.get(path) ?? [];
      if (!broken.includes('noVar')) throw new Error(`biome did not lint ${path}`);
      return broken.filter((rule) => BOUNDARY_RULES.includes(rule));
    });
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

function brokenRules(workspace: string): Map<string, string[]> {
  const biome = join(
    dirname(createRequire(join(ROOT, 'package.json')).resolve('@biomejs/biome/package.json')),
    'bin/biome',
  );
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [biome, 'lint', '--reporter=json', '--max-diagnostics=none', 'packages', 'apps'],
    { cwd: workspace, encoding: 'utf8', maxBuffer: 2 ** 28 },
  );
  if (!stdout.startsWith('{')) throw new Error(`biome gave no report: ${stdout}${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string } }[];
  };
  const rules = new Map<string, string[]>();
  for (const { category, location } of diagnostics) {
    const path = location.path.replaceAll('\\', '/');
    rules.set(path, [...(rules.get(path) ?? []), category.split('/').at(-1) ?? category]);
  }
  return rules;
}
