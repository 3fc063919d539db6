import { signal } from '@preact/signals';

/** What became of the last file or link that was opened, in the language of the time. */
export const keptStatus = signal<(() => string) | undefined>(undefined);
