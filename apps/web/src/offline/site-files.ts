/** What the build tells the service worker. Files are paths in the site, each with the hash of what is there as Subresource Integrity writes it. */
export interface SiteFiles {
  /** Kept as soon as the service worker is installed: all that a run on our own engine needs. */
  readonly first: Readonly<Record<string, string>>;
  /** Kept when they are used, or when the page has nothing else to do. */
  readonly later: Readonly<Record<string, string>>;
  /** What paths begin with that have the hash of the file in them. */
  readonly hashed: string;
  /** Of all that is kept. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the page says to the service worker. */
export type PageRequest = 'keep-later' | 'take-over';

/** What the service worker says to the page once all is kept. */
export const ALL_KEPT = 'all-kept';
