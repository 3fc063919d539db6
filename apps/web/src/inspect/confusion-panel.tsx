import { type ErrorCount, errorRate } from '@softreg/model';
import { useState } from 'preact/hooks';
import { inspection } from '../past/look-back.js';
import type { DataInfo } from '../session/protocol.js';
import { Panel } from '../ui/panel.js';
import { CellImages } from './cell-images.js';
import { type Cell, ConfusionTable } from './confusion-table.js';
import { texts } from './messages.js';
import './inspect.css';

/** What the shown parameters take each class for, and the images of the cell that is chosen. */
export function ConfusionPanel({ data }: { readonly data: DataInfo }) {
  const text = texts();
  const [chosen, choose] = useState<Cell>();
  const now = inspection.value;
  const { classNames } = data;
  const isOfData = now?.confusion.length === classNames.length;
  if (now === undefined || !isOfData) {
    return (
      <Panel id="confusion" title={text.confusion}>
        <p class="quiet">{text.waiting}</p>
      </Panel>
    );
  }
  const { wholeMinibatches, full } = now.test;
  return (
    <Panel id="confusion" title={text.confusion}>
      <p class="test-scores">
        {wholeMinibatches && <Score name={text.whole} score={wholeMinibatches} />}
        <Score name={text.all} score={full} />
      </p>
      <ConfusionTable
        confusion={now.confusion}
        classNames={classNames}
        chosen={chosen}
        onChoose={(cell) => choose(isSame(cell, chosen) ? undefined : cell)}
      />
      {chosen === undefined ? (
        <p class="quiet">{text.hint}</p>
      ) : (
        <CellImages
          key={`${chosen.actual} ${chosen.predicted}`}
          cell={chosen}
          inspection={now}
          data={data}
        />
      )}
    </Panel>
  );
}

function Score({ name, score }: { readonly name: string; readonly score: ErrorCount }) {
  const rate = (100 * errorRate(score)).toFixed(2);
  return (
    <span>
      {name}: {texts().errors(score.errors, score.count, rate)}
    </span>
  );
}

function isSame(a: Cell, b: Cell | undefined): boolean {
  return a.actual === b?.actual && a.predicted === b.predicted;
}
