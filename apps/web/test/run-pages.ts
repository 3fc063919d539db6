import type { Locator, Page } from 'playwright';

export const button = (page: Page, name: string): Locator =>
  page.getByRole('button', { name, exact: true });

/** Where the run is, in epochs. */
export async function epochOf(page: Page): Promise<number> {
  return Number(/[\d.]+/.exec((await page.getByTestId('epoch').textContent()) ?? '')?.[0]);
}

export async function untilEpoch(page: Page, epoch: number): Promise<void> {
  await page.waitForFunction(
    (least) =>
      Number(/[\d.]+/.exec(document.querySelector('[data-testid=epoch]')?.textContent ?? '')) >=
      least,
    epoch,
  );
}

/** Small minibatches and much patience: a run that goes on for many seconds on any machine. */
export const LONG_RUN = '#backend=simd&batch=5&patience=1000000000';

/** Until the run has played for so long, by the page's clock: a state is saved every second. */
export async function playFor(page: Page, seconds: number): Promise<void> {
  const from = await epochOf(page);
  await button(page, 'Play').click();
  await page.evaluate(
    (duration) => new Promise((resolve) => setTimeout(resolve, duration)),
    1000 * seconds,
  );
  await untilEpoch(page, from + 1);
}

/** Trains to the end of that epoch, the next one, where the run pauses. */
export async function trainEpoch(page: Page, epoch: number): Promise<void> {
  await button(page, 'One epoch').click();
  await page.getByTestId('epoch').getByText(`epoch ${epoch}.00`, { exact: true }).waitFor();
  await button(page, 'Play').waitFor();
}

export async function showValues(page: Page): Promise<void> {
  await page.locator('#curves details').evaluate((details: HTMLDetailsElement) => {
    details.open = true;
  });
}

export interface ValueRow {
  readonly epoch: number;
  readonly trainingLoss: number | undefined;
  readonly validationLoss: number | undefined;
  /** In percent. */
  readonly validationError: number | undefined;
  /** In percent. */
  readonly testError: number | undefined;
}

/** What the page's table of values shows of whole epochs: the last ones, in order. */
export async function epochsOf(page: Page): Promise<ValueRow[]> {
  // Validation losses are of places within epochs, too.
  return (await valuesOf(page)).filter(({ epoch }) => Number.isInteger(epoch));
}

async function valuesOf(page: Page): Promise<ValueRow[]> {
  const rows = await page.locator('.curve-values tbody tr').evaluateAll((all) =>
    all.map((row) => ({
      epoch: Number(row.querySelector('th')?.textContent),
      values: [...row.querySelectorAll('td')].map((cell) => {
        const data = cell.querySelector('data');
        return data === null ? undefined : Number(data.value);
      }),
    })),
  );
  return rows
    .map(({ epoch, values: [trainingLoss, validationLoss, validationError, testError] }) => ({
      epoch,
      trainingLoss,
      validationLoss,
      validationError,
      testError,
    }))
    .toSorted((a, b) => a.epoch - b.epoch);
}

export async function useBackend(page: Page, backend: string): Promise<void> {
  await page.getByLabel('Where to compute').selectOption(backend);
  await untilOn(page, backend);
}

export async function untilOn(page: Page, backend: string): Promise<void> {
  await page.getByTestId('engine').getByText(`Computing with ${backend} on `).waitFor();
}
