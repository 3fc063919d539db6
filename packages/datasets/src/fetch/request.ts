export interface RequestOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Redirects to follow at most. */
  readonly redirects: number;
}

/**
 * Asks for an address and gives the answer at the end of its redirects.
 *
 * @throws MirrorFault
 */
export type Request = (address: URL, options: RequestOptions) => Promise<Response>;

/** Closes the connection instead of reading a body that nobody wants. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
