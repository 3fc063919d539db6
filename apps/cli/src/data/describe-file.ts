import { createIdxSummarizer, describeIdx, type IdxSummary } from '@softreg/datasets';
import { readIdxFile } from '@softreg/datasets/node';
import { DEFAULT_MAX_BYTES, IdxError, openSequentialRows } from '@softreg/idx';
import { withIdxFile } from './idx-file.js';

/** Elements of a block, of at most 8 bytes each. */
const BLOCK = 2 ** 20;

/**
 * Figures of an IDX file of any size; no more than some rows of it are in memory.
 *
 * @throws DatasetError DATASET_FILE_MISSING, DATASET_FILE_DAMAGED
 */
export async function describeFile(path: string): Promise<IdxSummary> {
  const summary = await withIdxFile(path, async (file) => {
    const rows = await openSequentialRows(file.stream()).catch((error: unknown) => {
      if (IdxError.isInstance(error) && error.code === 'IDX_NO_ROWS') return undefined;
      throw error;
    });
    if (rows === undefined) return undefined;
    const { type, shape } = rows;
    const perRow = shape.slice(1).reduce((product, size) => product * size, 1);
    const summarizer = createIdxSummarizer({ type, shape });
    try {
      checkRow(perRow);
      const block = Math.max(1, Math.floor(BLOCK / Math.max(1, perRow)));
      for await (const { data } of rows.blocks(block)) summarizer.add(data);
    } finally {
      await rows.close();
    }
    return summarizer.summary();
  });
  // A single number, which has no rows to go by.
  return summary ?? describeIdx(await readIdxFile(path));
}

function checkRow(elements: number): void {
  const most = DEFAULT_MAX_BYTES / 8;
  if (elements <= most) return;
  throw new IdxError({
    code: 'IDX_TOO_LARGE',
    offset: 4,
    expected: `rows of at most ${most} elements, since a row is read as a whole`,
    found: `${elements}`,
  });
}
