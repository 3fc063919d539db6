import type { ErrorCount } from '@softreg/model';

/** `7.500000 %`, as the tutorial prints it. */
export function percent({ errors, count }: ErrorCount): string {
  return `${((100 * errors) / count).toFixed(6)} %`;
}

/** `60,000`, of a whole number. Without the system's tables of languages, which take a moment to load. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/**
 * Columns of text, padded to the widest cell.
 *
 * @param left columns that are left-aligned
 */
export function table(rows: readonly (readonly string[])[], left: readonly number[] = [0]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) =>
          left.includes(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `11.6 MB`, or `28.9 kB`; a million bytes are one MB. */
export function megabytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A word of a command that is advised, so that a shell reads it as it is. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
