import type { BackendName } from './engine.js';
import { BackendError } from './errors.js';

export function unavailable(
  backend: BackendName,
  reason: string,
  options: { cause?: unknown; fix?: string } = {},
): BackendError {
  return new BackendError('BACKEND_UNAVAILABLE', reason, { ...options, backend });
}
