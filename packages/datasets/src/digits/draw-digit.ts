import { normalizeDigit } from '../normalize-digit.js';
import type { Random } from '../random.js';
import { flattenCurve } from './curve.js';
import type { Glyph } from './glyph.js';
import { drawHand, movePoints } from './hand.js';
import { inkChains } from './ink.js';

/** One image of 28 x 28 bytes of the digit that these are the ways to write. */
export function drawDigit(glyphs: readonly Glyph[], random: Random): Uint8Array {
  const { points, pieces } = pick(glyphs, random);
  const hand = drawHand(random);
  const moved = movePoints(points, hand, random);
  const chains = pieces.map((piece) => flattenCurve(moved, piece));
  return normalizeDigit(inkChains(chains, hand.radius));
}

/** Each as often as its weight tells. */
function pick(glyphs: readonly Glyph[], random: Random): Glyph {
  let left = random.uniform() * glyphs.reduce((sum, { weight }) => sum + weight, 0);
  const found = glyphs.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return found ?? (glyphs.at(-1) as Glyph);
}
