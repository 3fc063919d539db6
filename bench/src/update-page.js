import { readFileSync, writeFileSync } from 'node:fs';
import { fail } from './terminal.js';

/**
 * Puts a bench's text between its two markers on a page.
 *
 * @param {string} name of the page, in docs
 * @param {string} bench in bench/src
 */
export function updatePage(name, bench, text) {
  const url = new URL(`../../docs/${name}`, import.meta.url);
  const markers = [`<!-- table of bench/src/${bench} -->`, '<!-- end of the table -->'];
  const page = readFileSync(url, 'utf8');
  const start = page.indexOf(markers[0]);
  // A page may have several tables.
  const end = page.indexOf(markers[1], start);
  if (start < 0 || end < start) fail(1, `docs/${name} has no lines ${markers.join(' and ')}`);
  const before = page.slice(0, start + markers[0].length);
  writeFileSync(url, `${before}\n\n${text}\n\n${page.slice(end)}`);
}
