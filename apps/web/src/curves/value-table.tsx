import type { Curves, Line } from './curve-history.js';
import { texts } from './messages.js';

const MOST_ROWS = 10;

/** The last values of all curves: what the charts show, to read. */
export function ValueTable({ curves }: { readonly curves: Curves }) {
  const text = texts();
  const { trainingLoss, validationLoss, validationError, testError } = curves;
  const columns = [
    { name: text.trainingLoss, line: trainingLoss, digits: 4 },
    { name: text.validationLoss, line: validationLoss, digits: 4 },
    { name: text.validationError, line: validationError, digits: 3 },
    { name: text.testError, line: testError, digits: 3 },
  ];
  return (
    <table class="curve-values">
      <thead>
        <tr>
          <th scope="col">{text.epoch}</th>
          {columns.map(({ name }) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lastPlaces([trainingLoss, validationLoss, validationError]).map((at) => (
          <tr key={at}>
            <th scope="row">{placeText(at)}</th>
            {columns.map(({ name, line, digits }) => (
              <td key={name}>
                <Value value={valueAt(line, at)} digits={digits} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Value({ value, digits }: { readonly value: number | undefined; readonly digits: number }) {
  if (value === undefined) return <>–</>;
  return <data value={value}>{value.toFixed(digits)}</data>;
}

/** In epochs: whole, or with two decimals. */
export function placeText(at: number): string {
  return Number.isInteger(at) ? String(at) : at.toFixed(2);
}

function lastPlaces(lines: readonly Line[]): number[] {
  const places = lines.flatMap(({ at }) => [...at.subarray(-MOST_ROWS)]);
  return [...new Set(places)].sort((a, b) => b - a).slice(0, MOST_ROWS);
}

/** Places are ascending, and the one that is looked for is near the end. */
function valueAt({ at, values }: Line, place: number): number | undefined {
  const index = at.lastIndexOf(place);
  return index === -1 ? undefined : values[index];
}
