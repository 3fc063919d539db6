import { BackendError } from '@softreg/backend';

/** Why it cannot be done, and what helps. */
export function reasonOf(error) {
  if (BackendError.isInstance(error)) return { reason: error.reason, fix: error.fix };
  const message = error instanceof Error ? error.message : String(error);
  return { reason: `it failed: ${message.split('\n', 1)[0]}` };
}
