import type { Page } from 'playwright';

/** Drops files on the page's heading, as a user would anywhere. */
export async function dropOn(page: Page, files: readonly File[]): Promise<void> {
  const sent = await Promise.all(
    files.map(async (file) => ({
      name: file.name,
      base64: Buffer.from(await file.arrayBuffer()).toString('base64'),
    })),
  );
  await page.locator('h1').evaluate((heading, given) => {
    const dataTransfer = new DataTransfer();
    for (const { name, base64 } of given) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      dataTransfer.items.add(new File([bytes], name));
    }
    const init = { dataTransfer, bubbles: true, cancelable: true };
    const over = new DragEvent('dragover', init);
    heading.dispatchEvent(over);
    // Else the browser leaves the page for the file.
    if (!over.defaultPrevented) throw new Error('the page takes no files');
    heading.dispatchEvent(new DragEvent('drop', init));
  }, sent);
}

/** Files as a file input is given them. */
export function asPicked(
  files: readonly File[],
): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> {
  return Promise.all(
    files.map(async (file) => ({
      name: file.name,
      mimeType: '',
      buffer: Buffer.from(await file.arrayBuffer()),
    })),
  );
}

/** What the page says went wrong, a sentence each. */
export function problemsOf(page: Page): Promise<string[]> {
  return page.locator('.notices p').allTextContents();
}
