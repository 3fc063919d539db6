import { errorRate } from '@softreg/model';
import { useState } from 'preact/hooks';
import type { Snapshot } from '../session/protocol.js';
import { curves } from '../state/store.js';
import { Panel } from '../ui/panel.js';
import { Chart, type LineStyle } from './chart.js';
import type { Line } from './curve-history.js';
import { texts } from './messages.js';
import { isTutorialRun, PUBLISHED } from './published.js';
import { epochEnd } from './ranges.js';
import { placeText, ValueTable } from './value-table.js';
import './curves.css';

const TRAINING: LineStyle = { color: 'accent', look: 'solid' };
const VALIDATION: LineStyle = { color: 'above', look: 'dashed' };
const TEST: LineStyle = { color: 'text', look: 'dots' };
const REFERENCE: LineStyle = { color: 'quiet', look: 'dotted' };
const LOSS_STYLES = [TRAINING, VALIDATION];
const ERROR_STYLES = [VALIDATION, TEST, REFERENCE];
const NOTHING: Line = { at: new Float64Array(), values: new Float64Array() };

/** Loss and errors over the epochs, what was best, and how long the run will go on. */
export function CurvesPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const [wanted, setWanted] = useState<boolean>();
  const { data, settings, best, patience, minibatches } = snapshot;
  const { trainingLoss, validationLoss, validationError, testError } = curves.value;
  const hasReference = wanted ?? isTutorialRun(data.name, settings);
  const errorLines = [validationError, testError, hasReference ? PUBLISHED : NOTHING];
  const end = epochEnd([trainingLoss, validationLoss, ...errorLines]);
  const limit = patience / minibatches;
  const bestPoint = best && { at: best.at, value: 100 * errorRate(best.validation) };
  return (
    <Panel id="curves" title={text.title}>
      <h3>{text.loss}</h3>
      <Chart
        description={[
          text.loss,
          lastOf(text.training, trainingLoss),
          lastOf(text.validation, validationLoss),
        ].join('; ')}
        styles={LOSS_STYLES}
        lines={[trainingLoss, validationLoss]}
        end={end}
        limit={limit}
      />
      <ul class="legend">
        <Key style={TRAINING} name={text.training} />
        <Key style={VALIDATION} name={text.validation} />
      </ul>
      <h3>{text.error}</h3>
      <Chart
        description={[
          text.error,
          lastOf(text.validation, validationError),
          lastOf(text.test, testError),
        ].join('; ')}
        styles={ERROR_STYLES}
        lines={errorLines}
        end={end}
        best={bestPoint}
        limit={limit}
      />
      <ul class="legend">
        <Key style={VALIDATION} name={text.validation} />
        <Key style={TEST} name={text.test} />
        {hasReference && <Key style={REFERENCE} name={text.published} />}
        <li class="key-best">
          {bestPoint ? text.best(placeText(bestPoint.at), bestPoint.value.toFixed(3)) : '–'}
        </li>
        <li class="key-limit">{text.patience(placeText(limit))}</li>
      </ul>
      <label class="check">
        <input
          type="checkbox"
          checked={hasReference}
          onChange={({ currentTarget }) => setWanted(currentTarget.checked)}
        />
        <span>{text.showPublished}</span>
      </label>
      <details>
        <summary>{text.values}</summary>
        <ValueTable curves={curves.value} />
        <p class="quiet">{text.lossNote}</p>
      </details>
    </Panel>
  );
}

function Key({ style, name }: { readonly style: LineStyle; readonly name: string }) {
  return <li class={`key-${style.color} key-${style.look}`}>{name}</li>;
}

function lastOf(name: string, { values }: Line): string {
  const last = values.at(-1);
  return texts().last(name, last === undefined ? '–' : last.toFixed(4));
}
