import type { Snapshot } from '../session/protocol.js';
import { resetRun } from '../state/actions.js';
import { session } from '../state/open-session.js';
import { report } from '../state/store.js';
import { texts } from './messages.js';

/** Play, pause, step, one epoch, reset; and where the run is. */
export function Transport({ snapshot }: { readonly snapshot: Snapshot }) {
  const { phase, iterations, minibatches, epochsPerSecond, stopReason } = snapshot;
  const text = texts();
  const isPlaying = phase === 'playing';
  const isOver = phase === 'ended';
  const does = (work: () => Promise<unknown>) => () => void work().catch(report);
  return (
    <div class="transport">
      <fieldset aria-label={text.title}>
        <button
          type="button"
          class="primary"
          disabled={isOver}
          onClick={does(() => (isPlaying ? session().pause() : session().play()))}
        >
          {isPlaying ? text.pause : text.play}
        </button>
        <button
          type="button"
          title={text.stepHint}
          disabled={isPlaying || isOver}
          onClick={does(() => session().step())}
        >
          {text.step}
        </button>
        <button
          type="button"
          disabled={isPlaying || isOver}
          onClick={does(() => session().epoch())}
        >
          {text.epoch}
        </button>
        <button type="button" onClick={does(resetRun)}>
          {text.reset}
        </button>
      </fieldset>
      <p id="run-status">
        <span data-testid="epoch">{text.at((iterations / minibatches).toFixed(2))}</span>
        <span class="quiet" data-testid="speed">
          {epochsPerSecond === undefined ? '' : text.speed(epochsPerSecond.toFixed(1))}
        </span>
        {stopReason && <strong>{text.ended[stopReason]}</strong>}
      </p>
    </div>
  );
}
