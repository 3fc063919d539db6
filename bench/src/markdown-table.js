/**
 * A table that is readable as it is.
 *
 * @template Row
 * @param {[heading: string, value: (row: Row) => unknown][]} columns
 * @param {Row[]} rows
 * @returns {string[]} lines
 */
export function table(columns, rows) {
  const cells = [
    columns.map(([heading]) => heading),
    ...rows.map((row) => columns.map(([, value]) => String(value(row) ?? ''))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  const lines = cells.map(
    (line) => `| ${line.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`,
  );
  return [
    lines[0],
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...lines.slice(1),
  ];
}

/** Three of them. */
export function figures(value) {
  if (value === undefined) return undefined;
  return String(Number(value.toPrecision(3)));
}

/** @param {import('./numbers.js').Spread | undefined} spread */
export function range(spread) {
  if (spread === undefined || spread.min === spread.max) return figures(spread?.median);
  return `${figures(spread.median)} (${figures(spread.min)} to ${figures(spread.max)})`;
}
