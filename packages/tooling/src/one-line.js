/**
 * A command's output as the reason in a one-line report.
 *
 * @param {string} text
 */
export function oneLine(text) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' / ')
    .slice(0, 600);
}
