import type { ConfusionMatrix } from '@softreg/model';
import { useState } from 'preact/hooks';
import { texts } from './messages.js';

/** Classes, by number. */
export interface Cell {
  readonly actual: number;
  readonly predicted: number;
}

export interface ConfusionTableProps {
  readonly confusion: ConfusionMatrix;
  readonly classNames: readonly string[];
  readonly chosen: Cell | undefined;
  readonly onChoose: (cell: Cell) => void;
}

const MOVES: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Cells are buttons, of which one is a stop of the Tab key: arrow keys go from one to the next. */
export function ConfusionTable({ confusion, classNames, chosen, onChoose }: ConfusionTableProps) {
  const text = texts();
  const [stop, setStop] = useState<Cell>({ actual: 0, predicted: 0 });
  const shares = sharesOf(confusion);
  const move = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const last = classNames.length - 1;
    const actual = Math.max(0, Math.min(last, stop.actual + by[0]));
    const predicted = Math.max(0, Math.min(last, stop.predicted + by[1]));
    const table = event.currentTarget as HTMLTableElement;
    table.tBodies[0]?.rows[actual]?.querySelectorAll('button')[predicted]?.focus();
  };
  return (
    <div class="confusion">
      <table onKeyDown={move} style={{ '--classes': classNames.length }}>
        <caption>{text.caption}</caption>
        <thead>
          <tr>
            <td />
            {classNames.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, actual) => (
            <tr key={classNames[actual]}>
              <th scope="row">{classNames[actual]}</th>
              {row.map((count, predicted) => (
                <td key={classNames[predicted]}>
                  <button
                    type="button"
                    class={actual === predicted ? 'hit' : 'miss'}
                    style={{ '--share': shares(actual, predicted) }}
                    tabIndex={stop.actual === actual && stop.predicted === predicted ? 0 : -1}
                    aria-label={text.cell(
                      classNames[actual] as string,
                      classNames[predicted] as string,
                      count,
                    )}
                    aria-pressed={chosen?.actual === actual && chosen.predicted === predicted}
                    onFocus={() => setStop({ actual, predicted })}
                    onClick={() => onChoose({ actual, predicted })}
                  >
                    {count}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Hits are shaded by their share of the class, misses by that of the most frequent miss: else none would be seen. */
function sharesOf(confusion: ConfusionMatrix): (actual: number, predicted: number) => number {
  const supports = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const mostMisses = Math.max(
    1,
    ...confusion.flatMap((row, actual) => row.filter((_, predicted) => predicted !== actual)),
  );
  return (actual, predicted) => {
    const count = confusion[actual]?.[predicted] as number;
    return count / (actual === predicted ? Math.max(1, supports[actual] as number) : mostMisses);
  };
}
