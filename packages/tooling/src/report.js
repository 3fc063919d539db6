/**
 * @typedef {object} Report
 * @property {(subject: string, check: string, problems: string[]) => boolean} check whether there were no problems
 * @property {(subject: string, check: string, reason: string) => void} skip
 * @property {() => number} failures
 */

/**
 * Writes one line for each check.
 *
 * @param {(line: string) => void} write
 * @returns {Report}
 */
export function createReport(write) {
  let failures = 0;
  return {
    check(subject, check, problems) {
      const passed = problems.length === 0;
      if (!passed) failures += 1;
      write(
        passed
          ? `ok    ${subject}  ${check}`
          : `FAIL  ${subject}  ${check}: ${problems.join('; ')}`,
      );
      return passed;
    },
    skip(subject, check, reason) {
      write(`skip  ${subject}  ${check}: ${reason}`);
    },
    failures: () => failures,
  };
}
