/**
 * GLSL that reads packed matrices. A texel holds rows 2 r and 2 r + 1 of columns 2 c and 2 c + 1, row by row; beside the last of an odd
 * number a block's inputs have zeros. The texels lie in the texture as in the matrix, but TensorFlow.js folds what would be too long for
 * the device.
 */
export const TEXEL = `
  int texelsIn(int columns) {
    return (columns + 1) / 2;
  }

  vec4 texelOf(sampler2D matrix, int columns, int row, int column) {
    int index = row * texelsIn(columns) + column;
    int width = textureSize(matrix, 0).x;
    return texelFetch(matrix, ivec2(index % width, index / width), 0);
  }`;

/** GLSL of the texel at a row and column of texels. */
export type ReadTexel = (matrix: string, row: string, column: string) => string;

const readAny: ReadTexel = (matrix, row, column) =>
  `texelOf(${matrix}, ${matrix}Shape.y, ${row}, ${column})`;

const readUnfolded: ReadTexel = (matrix, row, column) =>
  `texture(${matrix}, (vec2(${column}, ${row}) + 0.5) * ${matrix}Scale)`;

/**
 * GLSL that does the body for i from 0 to `pairs`, two at a time, and reads texels of these matrices there: if possible without the
 * divisions of {@link TEXEL}, which cost more than the reads.
 */
export function loop(matrices: readonly string[], body: (read: ReadTexel) => string): string {
  const unfolded = matrices.map(
    (matrix) => `textureSize(${matrix}, 0).x == texelsIn(${matrix}Shape.y)`,
  );
  const scales = matrices.map(
    (matrix) => `vec2 ${matrix}Scale = 1.0 / vec2(textureSize(${matrix}, 0));`,
  );
  return `
    if (${unfolded.join(' && ')}) {
      ${scales.join('\n')}
      ${twoAtATime(body(readUnfolded))}
    } else {
      ${twoAtATime(body(readAny))}
    }`;
}

function twoAtATime(body: string): string {
  return `
    int i = 0;
    for (; i + 1 < pairs; i++) {
      { ${body} }
      i++;
      { ${body} }
    }
    if (i < pairs) { ${body} }`;
}
