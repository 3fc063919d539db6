import { dataInfo } from '../state/before-open.js';
import { texts } from './messages.js';
import { percentOf } from './percent.js';
import { reading } from './reading.js';

/** A bar and a number for each class. */
export function Probabilities() {
  const text = texts();
  const now = reading.value;
  const names = dataInfo.value.classNames;
  return (
    <ul class="probabilities" aria-label={text.probabilities}>
      {names.map((name, index) => {
        const share = now?.probabilities[index];
        const isLargest = index === now?.label;
        return (
          <li key={name} class={isLargest ? 'largest' : ''}>
            <span>{name}</span>
            <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={100 * (share ?? 0)} height="1" />
            </svg>
            <span class="mark">
              {isLargest && <span class="visually-hidden">{text.largest}</span>}
              {isLargest && <span aria-hidden="true">◂</span>}
            </span>
            <span data-testid={`probability-${index}`}>
              {share === undefined ? '–' : percentOf(share)}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
