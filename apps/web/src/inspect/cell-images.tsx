import { useMemo, useState } from 'preact/hooks';
import type { DataInfo, Inspection } from '../session/protocol.js';
import type { Cell } from './confusion-table.js';
import { imagesOfCell } from './images-of-cell.js';
import { texts } from './messages.js';
import { useTestImages } from './test-images.js';
import { Thumbnail } from './thumbnail.js';

const PAGE = 60;

export interface CellImagesProps {
  readonly cell: Cell;
  readonly inspection: Inspection;
  readonly data: DataInfo;
}

/** The test images of a cell, page by page. */
export function CellImages({ cell, inspection, data }: CellImagesProps) {
  const text = texts();
  const [wantedPage, setPage] = useState(0);
  const all = useMemo(() => imagesOfCell(inspection, cell), [inspection, cell]);
  const page = Math.min(wantedPage, Math.max(0, Math.ceil(all.length / PAGE) - 1));
  const onPage = all.slice(page * PAGE, (page + 1) * PAGE);
  const images = useTestImages(onPage);
  const nameOf = (number: number) => data.classNames[number] as string;
  return (
    <div class="cell-images" data-testid="cell-images">
      <h3>{text.cellTitle(nameOf(cell.actual), nameOf(cell.predicted))}</h3>
      <p role="status">
        {all.length === 0
          ? text.none
          : text.range(page * PAGE + 1, page * PAGE + onPage.length, all.length)}
      </p>
      <div class="thumbnails">
        {onPage.map((index) => (
          <Thumbnail
            key={index}
            name={text.image(index, nameOf(cell.actual))}
            pixels={images.get(index)}
            data={data}
          />
        ))}
      </div>
      {all.length > PAGE && (
        <div class="pager">
          <button type="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
            {text.previous}
          </button>
          <button
            type="button"
            disabled={(page + 1) * PAGE >= all.length}
            onClick={() => setPage(page + 1)}
          >
            {text.next}
          </button>
        </div>
      )}
    </div>
  );
}
