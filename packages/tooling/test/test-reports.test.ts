import { expect, test } from 'vitest';
import { countTests } from '../src/test-reports.js';
import { temporaryTree } from './temporary-tree.js';

const report = (counts: Record<string, number | boolean>) => ({
  success: true,
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  ...counts,
});

test('adds up the reports of packages and apps', () => {
  const root = temporaryTree({
    'packages/a/.vitest/report.json': report({ numPassedTests: 5, numPendingTests: 1 }),
    'packages/b/.vitest/report.json': report({
      success: false,
      numPassedTests: 7,
      numFailedTests: 2,
      numTodoTests: 3,
    }),
    'packages/untested/package.json': {},
    'apps/c/.vitest/report.json': report({ numPassedTests: 11 }),
  });
  expect(countTests(root)).toEqual({ passed: 23, failed: 2, skipped: 4 });
});

test('counts a test file that could not be loaded as a failure', () => {
  const root = temporaryTree({
    'packages/a/.vitest/report.json': report({ success: false, numPassedTests: 1 }),
    'apps/c/package.json': {},
  });
  expect(countTests(root)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});
