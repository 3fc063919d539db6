import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pnpm.js';

/**
 * Adds up the test reports that each package's last test run left in `.vitest/report.json`.
 *
 * @param {string} [root]
 */
export function countTests(root = ROOT) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const path of reports(root)) {
    if (!existsSync(path)) continue;
    const report = JSON.parse(readFileSync(path, 'utf8'));
    total.passed += report.numPassedTests;
    // A file that could not even be loaded counts as a failure though no test in it ran.
    total.failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
    total.skipped += report.numPendingTests + report.numTodoTests;
  }
  return total;
}

/** @param {string} [root] */
export function clearReports(root = ROOT) {
  for (const path of reports(root)) rmSync(path, { force: true });
}

/** @param {string} root */
function reports(root) {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name, '.vitest', 'report.json')),
  );
}
