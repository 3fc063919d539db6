/** Lets the browser keep bytes as a file. */
export function saveFile(name: string, bytes: Uint8Array): void {
  const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
  const address = URL.createObjectURL(new Blob([bytes as BlobPart], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), BROWSER_READS_WITHIN_MS);
}

const BROWSER_READS_WITHIN_MS = 60_000;
