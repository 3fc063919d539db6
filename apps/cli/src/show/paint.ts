import { shadeOf, type TerminalCell } from '@softreg/datasets';
import type { Io } from '../io.js';

/** How an image is drawn: in 24-bit color, in the 256 colors of most terminals, or with characters alone. */
export type Ink = 'truecolor' | 'grays' | 'shades';

/** What the output can show. */
export function inkOf({ stdout, env }: Pick<Io, 'stdout' | 'env'>): Ink {
  if (!stdout.isTTY || env.NO_COLOR || env.TERM === 'dumb') return 'shades';
  return /^(truecolor|24bit)$/i.test(env.COLORTERM ?? '') ? 'truecolor' : 'grays';
}

const RESET = '\u001B[0m';

/** A row of cells as text that takes as many places in the terminal as there are cells. */
export function paint(cells: readonly TerminalCell[], ink: Ink): string {
  if (ink === 'shades') return cells.map(shadeOf).join('');
  const color = ink === 'truecolor' ? rgb : gray;
  let text = '';
  let before = '';
  for (const { upper, lower } of cells) {
    const ground = lower === undefined ? '49' : `48;${color(lower)}`;
    const code = `\u001B[38;${color(upper)};${ground}m`;
    text += code === before ? '▀' : `${code}▀`;
    before = code;
  }
  return `${text}${RESET}`;
}

function rgb(value: number): string {
  return `2;${value};${value};${value}`;
}

/** The nearest of black (16), the 24 grays from 232 on, which are 8, 18, ... 238, and white (231). */
function gray(value: number): string {
  if (value < 4) return '5;16';
  if (value > 246) return '5;231';
  return `5;${232 + Math.min(23, Math.max(0, Math.round((value - 8) / 10)))}`;
}
