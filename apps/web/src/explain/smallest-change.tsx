import { pixels } from '../draw/drawing.js';
import { grayColors, PixelImage, signedColors } from '../draw/pixel-image.js';
import { reading } from '../draw/reading.js';
import { themeColors } from '../ui/theme-colors.js';
import { ClassSelect } from './class-select.js';
import { texts } from './messages.js';
import { change, runnerUp, wanted, wantedClass } from './questions.js';

/** The smallest change that makes the drawing another digit. */
export function SmallestChange({ names }: { readonly names: readonly string[] }) {
  const text = texts();
  const before = pixels.value;
  const found = change.value;
  if (before === undefined || found === undefined) return null;
  const name = names[wanted.value ?? 0] as string;
  return (
    <section aria-labelledby="change-title">
      <h3 id="change-title">{text.change}</h3>
      <div class="questions">
        <ClassSelect
          id="wanted-class"
          label={text.readAs}
          value={wantedClass.value === 'runner-up' ? 'runner-up' : String(wanted.value)}
          others={[['runner-up', text.runnerUp(names[runnerUp.value ?? 0] as string)]]}
          names={names}
          onChoose={(value) => {
            wantedClass.value = value === 'runner-up' ? value : Number(value);
          }}
        />
      </div>
      {found !== 'none' && (
        <div class="changes">
          <Shown caption={text.before} colors={grayColors(before)} label={text.before} />
          <Shown
            caption={text.difference}
            colors={signedColors(found.difference, themeColors.value.surface, () => true)}
            label={text.differenceImage}
          />
          <Shown
            caption={text.after}
            colors={grayColors(found.image)}
            label={text.afterImage(name)}
          />
        </div>
      )}
      <p data-testid="change">{inWords(name)}</p>
    </section>
  );
}

function inWords(name: string): string {
  const text = texts();
  const found = change.value;
  if (found === undefined) return '';
  if (found === 'none') return text.none(name);
  if (wanted.value === reading.value?.label) return text.isAlready(name);
  if (found.count === 0) return text.hardlyChanged;
  return text.changed(found.count, Math.ceil(found.largest));
}

interface ShownProps {
  readonly caption: string;
  readonly colors: Uint8ClampedArray<ArrayBuffer>;
  readonly label: string;
}

function Shown({ caption, colors, label }: ShownProps) {
  return (
    <figure>
      <PixelImage colors={colors} label={label} />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
