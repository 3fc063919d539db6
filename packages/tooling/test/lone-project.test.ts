import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importProblems, runProblems } from '../src/lone-project.js';
import { temporaryTree } from './temporary-tree.js';

test('a module that prints what it should has no problems', async () => {
  expect(await runProblems(temporaryTree({}), "console.log('a');\n", 'a\n')).toEqual([]);
});

test.each([
  ["console.log('b');\n", ['line 1 should be "a", is "b"']],
  ["console.log('a');\nconsole.error('hidden');\n", ['it wrote to stderr: hidden']],
  ["console.log('a');\nprocess.exitCode = 3;\n", ['exit code 3: ']],
  ["throw new RangeError('too far');\n", ['exit code 1: RangeError: too far']],
])('%j is not fine', async (code, problems) => {
  expect(await runProblems(temporaryTree({}), code, 'a\n')).toEqual(problems);
});

test('what a module leaves in the temporary folder stays inside the project', async () => {
  const project = temporaryTree({});
  const code = `import { mkdtempSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    mkdtempSync(tmpdir() + '/left-');
  `;
  expect(await runProblems(project, code, '')).toEqual([]);
  expect(readdirSync(join(project, 'temporary'))).toEqual([expect.stringMatching(/^left-/)]);
});

test('an import that prints something is a problem', async () => {
  const project = temporaryTree({
    'node_modules/loud/package.json': { name: 'loud', type: 'module', exports: './index.js' },
    'node_modules/loud/index.js': "console.log('look');\n",
  });
  expect(await importProblems(project, 'loud')).toEqual(['line 1 should be "", is "look"']);
});
