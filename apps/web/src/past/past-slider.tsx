import type { Snapshot } from '../session/protocol.js';
import { report, shown } from '../state/store.js';
import { Panel } from '../ui/panel.js';
import { lookAtNow, lookBackTo, wanted } from './look-back.js';
import { texts } from './messages.js';
import { shownName } from './shown-name.js';
import './past.css';

/** Goes back to an epoch of the run: weights, matrix, mistakes and the drawing's probabilities are as they were. */
export function PastSlider({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const { iterations, minibatches, best } = snapshot;
  const epochs = Math.floor(iterations / minibatches);
  // One further than the last epoch is where the training is.
  const end = epochs + 1;
  const now = shown.value?.epoch ?? 'now';
  const place = wanted.value ?? (typeof now === 'number' ? now : end);
  const go = (to: number) => {
    if (to >= end) lookAtNow();
    else lookBackTo(to).catch(report);
  };
  return (
    <Panel id="past" title={text.title}>
      <div class="past">
        <input
          type="range"
          min={0}
          max={end}
          step={1}
          value={place}
          aria-label={text.slider}
          aria-valuetext={shownName()}
          onInput={({ currentTarget }) => go(currentTarget.valueAsNumber)}
        />
        <button
          type="button"
          disabled={best === undefined}
          aria-pressed={best !== undefined && now === best.at}
          onClick={() => best && lookBackTo(best.at).catch(report)}
        >
          {text.best}
        </button>
        <button type="button" aria-pressed={now === 'now'} onClick={lookAtNow}>
          {text.goNow}
        </button>
      </div>
      <p data-testid="shown-epoch">{shownName()}</p>
    </Panel>
  );
}
