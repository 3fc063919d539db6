import { TEXEL } from './packed-texture.js';

/** GLSL that reads a packed matrix of examples x classes, two examples at a time. */
export const PAIRS = `
  ${TEXEL}

  // Two classes of two examples.
  vec4 fourOf(sampler2D matrix, int columns, int row, int column) {
    return texelOf(matrix, columns, row, column / 2);
  }

  vec2 twoOf(sampler2D matrix, int columns, int row, int column) {
    vec4 four = fourOf(matrix, columns, row, column);
    return column % 2 == 0 ? four.rb : four.ga;
  }

  vec2 scoresOf(int row, int column) {
    return twoOf(scores, scoresShape.y, row, column);
  }`;
