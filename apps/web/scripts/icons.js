// Draws the icons in `public`: a digit as the weight images show one, in pixels of two colors. `node scripts/icons.js`
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { openChromium } from './chromium.js';

const FOLDER = fileURLToPath(new URL('../public/', import.meta.url));
const GROUND = '#10151c';
const COLORS = { '#': '#ef8a80', '+': '#b2182b', o: '#6fa8dc', '.': '#2166ac' };
/** The weights of a 3: for it, against it. */
const PIXELS = ['.####+.', 'oo..+#.', '..oo##o', '.+###+.', 'ooo.+#o', '.o..##.', '+####+.'];

/** @param {number} share of the side that the pixels take; the others are ground */
function svg(share, radius) {
  const side = 64;
  const cell = (side * share) / PIXELS.length;
  const start = (side - side * share) / 2;
  const cells = PIXELS.flatMap((row, y) =>
    [...row].map((name, x) => {
      const at = (place) => (start + place * cell).toFixed(2);
      const size = (cell * 0.92).toFixed(2);
      return `<rect x="${at(x)}" y="${at(y)}" width="${size}" height="${size}" rx="1" fill="${COLORS[name]}"/>`;
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}">`,
    '<title>softreg</title>',
    `<rect width="${side}" height="${side}" rx="${radius}" fill="${GROUND}"/>`,
    ...cells,
    '</svg>',
    '',
  ].join('\n');
}

const any = svg(0.78, 12);
// A launcher may cut off all that is further than 40 % of the side from the middle.
const maskable = svg(0.56, 0);
await writeFile(`${FOLDER}icon.svg`, any);

const browser = await openChromium();
try {
  for (const [name, image, side] of [
    ['icon-192.png', any, 192],
    ['icon-512.png', any, 512],
    ['icon-maskable-512.png', maskable, 512],
  ]) {
    const page = await browser.newPage({ viewport: { width: side, height: side } });
    await page.setContent(`<body style="margin: 0">${image}</body>`);
    await page.screenshot({ path: `${FOLDER}${name}`, omitBackground: true });
    await page.close();
  }
} finally {
  await browser.close();
}
