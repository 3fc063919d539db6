import type { SoftmaxRegression } from '@softreg/model';
import { decodeModel } from '@softreg/serialization';

/** A model of the site. @throws SerializationError, TypeError where it cannot be reached */
export async function fetchModel(path: string): Promise<SoftmaxRegression> {
  const response = await fetch(new URL(path, document.baseURI));
  if (!response.ok) throw new TypeError(`${path}: HTTP status ${response.status}`);
  return decodeModel(new Uint8Array(await response.arrayBuffer()));
}
