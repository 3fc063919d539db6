import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { capture } from './capture.js';
import { oneLine } from './one-line.js';

const ATTW = join(
  dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')),
  'dist/index.js',
);
const IGNORED_BY_ESM_ONLY = ['node10', 'node16-cjs'];

/**
 * What are-the-types-wrong says about a tarball of an ES module package.
 *
 * @param {string} tarball
 * @returns {Promise<string[]>}
 */
export async function typeProblems(tarball) {
  const { code, stdout, stderr } = await capture(
    process.execPath,
    [ATTW, tarball, '--profile', 'esm-only', '--format', 'json'],
    dirname(tarball),
  );
  if (code !== 0 && code !== 1) return [oneLine(stderr || stdout)];
  /** @type {{ analysis: { types: unknown }, problems?: Record<string, { kind: string, entrypoint?: string, resolutionKind?: string }[]> }} */
  const { analysis, problems = {} } = JSON.parse(stdout);
  if (!analysis.types) return ['it has no types'];
  if (code === 0) return [];
  return Object.values(problems)
    .flat()
    .filter(({ resolutionKind }) => !IGNORED_BY_ESM_ONLY.includes(resolutionKind ?? ''))
    .map(({ kind, entrypoint, resolutionKind }) =>
      [kind, entrypoint, resolutionKind].filter(Boolean).join(' '),
    );
}
