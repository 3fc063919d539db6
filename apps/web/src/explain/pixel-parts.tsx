import { pixels } from '../draw/drawing.js';
import { PixelImage, signedColors } from '../draw/pixel-image.js';
import { reading } from '../draw/reading.js';
import { ClassSelect } from './class-select.js';
import { texts } from './messages.js';
import { decimal } from './numbers.js';
import {
  against,
  chosenClass,
  comparedWith,
  contributions,
  explained,
  rival,
} from './questions.js';

/** White, as ink is on the black of digits, in both themes. */
const NEUTRAL = '#ffffff';

/** What each pixel adds to a score, or to the lead of one score over another. */
export function PixelParts({ names }: { readonly names: readonly string[] }) {
  const text = texts();
  const parts = contributions.value;
  const image = pixels.value;
  if (parts === undefined || image === undefined) return null;
  const nameOf = (index: number | undefined) => names[index ?? 0] as string;
  const total = (isCounted: (value: number) => boolean) =>
    decimal(parts.pixels.filter(isCounted).reduce((sum, value) => sum + value, 0));
  return (
    <section aria-labelledby="parts-title">
      <h3 id="parts-title">{text.parts}</h3>
      <div class="questions">
        <ClassSelect
          id="explained-class"
          label={text.ofClass}
          value={chosenClass.value === undefined ? 'read' : String(explained.value)}
          others={[['read', text.asRead(nameOf(reading.value?.label))]]}
          names={names}
          onChoose={(value) => {
            chosenClass.value = value === 'read' ? undefined : Number(value);
          }}
        />
        <ClassSelect
          id="compared-class"
          label={text.against}
          value={String(comparedWith.value)}
          others={[
            ['nothing', text.nothing],
            ['runner-up', text.runnerUp(nameOf(rival.value))],
          ]}
          names={names}
          onChoose={(value) => {
            comparedWith.value =
              value === 'nothing' || value === 'runner-up' ? value : Number(value);
          }}
        />
      </div>
      <div class="parts">
        <PixelImage
          colors={signedColors(parts.pixels, NEUTRAL, (index) => image[index] !== 0)}
          label={text.partsImage(nameOf(explained.value), decimal(parts.sum))}
        />
        <dl>
          <dt>{text.bias}</dt>
          <dd>{decimal(parts.bias)}</dd>
          <dt>{text.pixelsFor}</dt>
          <dd>{total((value) => value > 0)}</dd>
          <dt>{text.pixelsAgainst}</dt>
          <dd>{total((value) => value < 0)}</dd>
          <dt class="total">{against.value === undefined ? text.score : text.lead}</dt>
          <dd class="total" data-testid="contribution-sum">
            {decimal(parts.sum)}
          </dd>
        </dl>
      </div>
      <p class="quiet note">{text.legend}</p>
    </section>
  );
}
