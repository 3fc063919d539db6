/**
 * The main states of the page, and how to reach each.
 *
 * @type {{ name: string, focus?: string, reach(page: import('playwright').Page, address: string): Promise<unknown> }[]}
 */
export const STATES = [
  {
    name: 'opening',
    async reach(page, address) {
      await page.route(/\/worker-[^/]*\.js$/, () => undefined);
      await page.goto(`${address}#backend=simd`);
      await page.locator('main[aria-busy=true]').waitFor();
    },
  },
  {
    name: 'training',
    async reach(page, address) {
      await open(page, address);
      await page.locator('#train button.primary').click();
      await untilEpoch(page, 12);
    },
  },
  {
    name: 'ended',
    async reach(page, address) {
      await open(page, address, '&optimizer=adam&rate=0.02&patience=200');
      await page.locator('#train button.primary').click();
      await page.locator('#run-status strong').waitFor();
      await page.locator('.mistakes li').first().waitFor();
    },
  },
  {
    name: 'drawn',
    focus: '#draw',
    async reach(page, address) {
      await open(page, address);
      await draw(page);
    },
  },
  {
    name: 'why',
    focus: '#explain',
    async reach(page, address) {
      await open(page, address);
      await draw(page);
      await page.locator('#explain .parts').waitFor();
    },
  },
  {
    name: 'confusion',
    focus: '#confusion',
    async reach(page, address) {
      await open(page, address);
      await page.locator('#train fieldset button').nth(2).click();
      await untilEpoch(page, 1);
      await page.locator('.confusion button.miss:not(:text-is("0"))').first().click();
      await page.locator('.cell-images canvas, .cell-images img').first().waitFor();
    },
  },
  {
    name: 'past',
    focus: '#curves',
    async reach(page, address) {
      await open(page, address);
      await page.locator('#train button.primary').click();
      await untilEpoch(page, 30);
      await page.locator('#train button.primary').click();
      await page.locator('#past input[type=range]').fill('5');
      await page.locator('#past button[aria-pressed=false]').first().waitFor();
    },
  },
  {
    name: 'backends',
    focus: '#backend',
    async reach(page, address) {
      await open(page, address);
      for (const summary of await page.locator('#backend summary').all()) await summary.click();
      await page.locator('#backend dd').last().waitFor({ timeout: 120_000 });
      await page.locator('#backend details button').click();
      await page.locator('#backend tbody tr').nth(4).waitFor({ timeout: 120_000 });
    },
  },
  {
    name: 'error',
    async reach(page, address) {
      await open(page, address, '&rate=fast');
      await page.locator('#data input[type=file]').setInputFiles([
        {
          name: 'images.idx',
          mimeType: 'application/octet-stream',
          buffer: Buffer.from('not IDX'),
        },
        { name: 'labels.idx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(0) },
      ]);
      await page.locator('.notices p').nth(1).waitFor();
    },
  },
];

async function open(page, address, more = '') {
  await page.goto(`${address}#backend=simd${more}`);
  await page.locator('main[aria-busy=false]').waitFor();
}

function untilEpoch(page, epoch) {
  return page.waitForFunction((least) => {
    const text = document.querySelector('[data-testid=epoch]')?.textContent ?? '';
    return Number(/[\d.]+/.exec(text)?.[0]) >= least;
  }, epoch);
}

/** A 7. */
async function draw(page) {
  const pad = page.locator('#pad');
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await pad.boundingBox();
  const points = [
    [22, 15],
    [76, 13],
    [56, 50],
    [42, 90],
  ];
  for (const [index, [px, py]] of points.entries()) {
    await page.mouse.move(x + (px * width) / 100, y + (py * height) / 100, { steps: 5 });
    if (index === 0) await page.mouse.down();
  }
  await page.mouse.up();
}
