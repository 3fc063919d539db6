import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pnpm.js';

/**
 * Adds up the test reports that each package's last test run left in `.vitest/report.json`.
 *
 * @param {string} [root]
 */
export function countTests(root = ROOT) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, group))) {
      const path = join(root, group, name, '.vitest', 'report.json');
      if (!existsSync(path)) continue;
      const report = JSON.parse(readFileSync(path, 'utf8'));
      total.passed += report.numPassedTests;
      // A file that could not even be loaded counts as a failure though no test in it ran.
      total.failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
      total.skipped += report.numPendingTests + report.numTodoTests;
    }
  }
  return total;
}
