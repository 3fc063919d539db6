import { terminalCells } from '@softreg/datasets';
import { type Ink, paint } from './paint.js';
import type { Picture } from './pictures.js';

/** Places between two images side by side. */
const GAP = 2;

/** Images as lines of text, as many side by side as fit, each below a line that tells what it is. */
export function layout(pictures: readonly Picture[], columns: number, ink: Ink): string[] {
  const blocks = pictures.map((picture) => {
    const cells = terminalCells(picture.image, columns);
    const head = headOf(picture).slice(0, columns);
    return { head, width: cells[0]?.length ?? 0, rows: cells.map((row) => paint(row, ink)) };
  });
  const width = Math.max(...blocks.map((block) => Math.max(block.width, block.head.length)));
  const across = Math.max(1, Math.floor((columns + GAP) / (width + GAP)));
  const lines: string[] = [];
  for (let first = 0; first < blocks.length; first += across) {
    const side = blocks.slice(first, first + across);
    if (first > 0) lines.push('');
    lines.push(
      joined(
        side.map(({ head }) => [head, head.length]),
        width,
      ),
    );
    const height = Math.max(...side.map(({ rows }) => rows.length));
    for (let row = 0; row < height; row++) {
      const parts = side.map((block) => [block.rows[row] ?? '', block.width] as const);
      lines.push(joined(parts, width));
    }
  }
  return lines;
}

/** `#12  9 Ankle boot` */
function headOf({ index, label, className }: Picture): string {
  const name = className === undefined || className === String(label) ? '' : ` ${className}`;
  return label === undefined ? `#${index}` : `#${index}  ${label}${name}`;
}

/** @param parts each with the places that it takes, which colors are none of */
function joined(parts: readonly (readonly [string, number])[], width: number): string {
  return parts
    .map(([text, places]) => text + ' '.repeat(width - places))
    .join(' '.repeat(GAP))
    .trimEnd();
}
