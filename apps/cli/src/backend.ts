import type { BackendName } from '@softreg/backend';

export interface BackendFlags {
  readonly backend?: string;
  readonly threads?: number;
}

/** The name as typed; what it may be is for the backend package to say. */
export function backendOf({ backend = 'auto' }: BackendFlags): BackendName | 'auto' {
  return backend as BackendName | 'auto';
}
