import { dataInfo } from '../state/before-open.js';
import { Panel } from '../ui/panel.js';
import { canUndo, clear, DIGIT_SIDE, isEmpty, pixels, startFrom, undo } from './drawing.js';
import { texts } from './messages.js';
import { Pad } from './pad.js';
import { percentOf } from './percent.js';
import { grayColors, PixelImage } from './pixel-image.js';
import { Probabilities } from './probabilities.js';
import { canRead, reading } from './reading.js';
import './draw.css';

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);
const BLANK = new Uint8Array(DIGIT_SIDE * DIGIT_SIDE);

/** Draw a digit, and see how the model reads it. */
export function DrawPanel() {
  const text = texts();
  return (
    <Panel id="draw" title={text.title}>
      <div class="drawing">
        <Pad />
        <div class="beside">
          <figure>
            <PixelImage colors={grayColors(pixels.value ?? BLANK)} label={text.seen} />
            <figcaption>{text.seen}</figcaption>
          </figure>
          <button type="button" disabled={!canUndo.value} onClick={undo}>
            {text.undo}
          </button>
          <button type="button" disabled={isEmpty.value} onClick={clear}>
            {text.clear}
          </button>
        </div>
      </div>
      <p class="read-as" role="status" data-testid="read-as">
        {readingInWords()}
      </p>
      <Probabilities />
      <fieldset class="examples">
        <legend>{text.startFrom}</legend>
        {DIGITS.map((digit) => (
          <button key={digit} type="button" onClick={() => startFrom(digit)}>
            {digit}
          </button>
        ))}
      </fieldset>
      <p id="pad-help" class="quiet">
        {text.help}
      </p>
    </Panel>
  );
}

function readingInWords(): string {
  const text = texts();
  const now = reading.value;
  const data = dataInfo.value;
  if (!canRead.value) return text.cannot(data.height, data.width);
  if (now === undefined) return text.hint;
  const share = now.probabilities[now.label] as number;
  return text.readAs(data.classNames[now.label] as string, percentOf(share));
}
