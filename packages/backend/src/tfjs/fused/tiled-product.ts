/** How a workgroup shares a matrix product. */
export interface Tiling {
  /** Tiles of four rows. */
  readonly tiles: number;
  /** Threads that share a tile, each taking every `slices`th term of its sums. */
  readonly slices: number;
}

export const threadsOf = ({ tiles, slices }: Tiling): number => tiles * slices;
export const rowsOf = ({ tiles }: Tiling): number => 4 * tiles;

/**
 * WGSL of a product of `inputs`, or their transpose, with four columns of another matrix. A thread multiplies four rows at once, so that
 * it uses four times what it loads, and neighboring threads read neighboring inputs. Rows beyond the last are something, as WebGPU
 * bounds what is read, and are not to be used.
 */
export function tiledProduct(right: string, tiling: Tiling): string {
  const { tiles, slices } = tiling;
  const threads = threadsOf(tiling);
  return `
    var<workgroup> partials : array<vec4<f32>, ${4 * threads}>;

    fn rowsOf(thread : i32, firstRow : i32) -> vec4<i32> {
      return firstRow + thread % ${tiles} + ${tiles} * vec4<i32>(0, 1, 2, 3);
    }

    // Terms inputs[first + i * step] x right[i], of which there are count.
    fn multiply(thread : i32, first : vec4<i32>, step : i32, count : i32, vector : i32) {
      let width = uniforms.outShape[1] / 4;
      var sums = mat4x4<f32>();
      for (var i = thread / ${tiles}; i < count; i += ${slices}) {
        let at = first + i * step;
        let x = vec4<f32>(inputs[at.x], inputs[at.y], inputs[at.z], inputs[at.w]);
        let y = ${right}[i * width + vector];
        sums += mat4x4<f32>(x.x * y, x.y * y, x.z * y, x.w * y);
      }
      partials[thread] = sums[0];
      partials[thread + ${threads}] = sums[1];
      partials[thread + ${2 * threads}] = sums[2];
      partials[thread + ${3 * threads}] = sums[3];
    }

    // The product for a row of the workgroup, once all threads have multiplied.
    fn product(row : i32) -> vec4<f32> {
      let begin = row / ${tiles} * ${threads} + row % ${tiles};
      var sum = vec4<f32>(0.0);
      for (var slice = 0; slice < ${slices}; slice++) {
        sum += partials[begin + slice * ${tiles}];
      }
      return sum;
    }
  `;
}
