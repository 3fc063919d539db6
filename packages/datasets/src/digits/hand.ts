import type { Random } from '../random.js';

/** What the writing of one image does to a glyph. */
export interface Hand {
  /** Half the width of the pen, in pixels of the final image. */
  readonly radius: number;
  /** Turns, slants and stretches: by rows. */
  readonly matrix: readonly [number, number, number, number];
  /** The displacement field, for x and for y: coefficients of `bend`. */
  readonly bends: readonly [readonly number[], readonly number[]];
}

// Means and standard deviations. Larger spreads make digits that are harder to tell apart, and more like those of many people.
const RADIUS = 1.2;
const RADIUS_SPREAD = 0.4;
const RADIUS_MIN = 0.6;
/** To the right at the top: tangent of the angle. */
const SLANT = 0.15;
const SLANT_SPREAD = 0.25;
/** Radians. */
const TURN_SPREAD = 0.07;
/** Width, as a share of the skeleton's. */
const STRETCH_SPREAD = 0.22;
const STRETCH_MIN = 0.6;
/** Of each point on its own, in heights of the digit. */
const JITTER_SPREAD = 0.03;
/** Largest coefficient of the displacement field; all sizes up to it are as likely, as rare large ones would leave no digit. */
const BEND_MAX = 0.12;
const BEND_TERMS = 7;

export function drawHand(random: Random): Hand {
  const radius = Math.max(RADIUS_MIN, RADIUS + RADIUS_SPREAD * random.bell());
  const slant = SLANT + SLANT_SPREAD * random.bell();
  const stretch = Math.max(STRETCH_MIN, 1 + STRETCH_SPREAD * random.bell());
  // Sine and cosine differ between engines in the last bit; this rotation, by the tangent of half the angle, does not.
  const tangent = (TURN_SPREAD * random.bell()) / 2;
  const cosine = (1 - tangent * tangent) / (1 + tangent * tangent);
  const sine = (2 * tangent) / (1 + tangent * tangent);
  const terms = () =>
    Array.from({ length: BEND_TERMS }, () => BEND_MAX * (2 * random.uniform() - 1));
  return {
    radius,
    matrix: [cosine * stretch, -cosine * slant - sine, sine * stretch, cosine - sine * slant],
    bends: [terms(), terms()],
  };
}

/**
 * The points where that hand puts them, each with a jitter of its own.
 *
 * @param points x, y, x, y and so on, in heights of the digit, from its middle
 */
export function movePoints(points: readonly number[], hand: Hand, random: Random): number[] {
  const [xx, xy, yx, yy] = hand.matrix;
  const moved: number[] = [];
  for (let index = 0; index < points.length; index += 2) {
    const u = (points[index] as number) + JITTER_SPREAD * random.bell();
    const v = (points[index + 1] as number) + JITTER_SPREAD * random.bell();
    const x = u + bend(hand.bends[0], 2 * u, 2 * v);
    const y = v + bend(hand.bends[1], 2 * u, 2 * v);
    moved.push(xx * x + xy * y, yx * x + yy * y);
  }
  return moved;
}

/** A cubic polynomial of -1 to 1 without its constant and linear terms: place, slant, turn and stretch have those. */
function bend(terms: readonly number[], u: number, v: number): number {
  const [a, b, c, d, e, f, g] = terms as [number, number, number, number, number, number, number];
  const [uu, vv] = [u * u, v * v];
  return a * uu + b * u * v + c * vv + u * (d * uu + e * vv) + v * (f * uu + g * vv);
}
