import { inspection } from '../past/look-back.js';
import type { DataInfo, Mistake } from '../session/protocol.js';
import { Panel } from '../ui/panel.js';
import { texts } from './messages.js';
import { useTestImages } from './test-images.js';
import { Thumbnail } from './thumbnail.js';
import './inspect.css';

const NONE: readonly Mistake[] = [];

/** The test images that the shown parameters are the surest about and wrong. */
export function MistakesPanel({ data }: { readonly data: DataInfo }) {
  const text = texts();
  const now = inspection.value;
  const mistakes = now?.mistakes ?? NONE;
  const images = useTestImages(mistakes.map(({ index }) => index));
  const nameOf = (number: number) => data.classNames[number] ?? '';
  return (
    <Panel id="mistakes" title={text.mistakes}>
      {mistakes.length === 0 && (
        <p class="quiet">{now === undefined ? text.waiting : text.noMistakes}</p>
      )}
      <ol class="mistakes">
        {mistakes.map(({ index, label, predicted, probability, labelProbability }) => (
          <li key={index}>
            <Thumbnail
              name={text.image(index, nameOf(label))}
              pixels={images.get(index)}
              data={data}
            />
            <p>
              <strong>{text.mistake(nameOf(predicted), percent(probability))}</strong>
              <span class="quiet">{text.truth(nameOf(label), percent(labelProbability))}</span>
            </p>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}
