import { BYTE_VALUES } from './layout';

/** The value at that place, in all lanes: a float as it is, a byte as what it stands for. */
// @ts-ignore: decorator
@inline
export function splat<T>(at: usize): v128 {
  if (isFloat<T>()) return v128.load32_splat(at);
  return v128.load32_splat(<usize>load<u8>(at) << 2, BYTE_VALUES);
}
