import type { BackendReport } from '@softreg/backend';
import { proxy } from 'comlink';
import { useState } from 'preact/hooks';
import type { BenchmarkResult, Snapshot } from '../session/protocol.js';
import { PAGE_BACKENDS, type PageSettings } from '../settings/page-settings.js';
import { changeBackend, measured } from '../state/actions.js';
import { session } from '../state/open-session.js';
import { report, reports, settings } from '../state/store.js';
import { Panel } from '../ui/panel.js';
import { texts } from './messages.js';
import './backends.css';

/** Where the page computes: the choice, the reasons, and a race of all. */
export function BackendPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const { backend, device } = snapshot.engine;
  const choose = (name: string) => {
    changeBackend(name as PageSettings['backend']).catch(report);
  };
  return (
    <Panel id="backend" title={text.title}>
      <label class="field">
        <span>{text.choose}</span>
        <select
          value={settings.value.backend}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          <option value="auto">{text.auto}</option>
          {PAGE_BACKENDS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <p data-testid="engine">{text.now(backend, device)}</p>
      <Reports />
      <Benchmark />
    </Panel>
  );
}

function Reports() {
  const text = texts();
  const open = (isOpen: boolean) => {
    if (isOpen) measured().catch(report);
  };
  return (
    <details onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>{text.whatRuns}</summary>
      {reports.value === undefined && <p>{text.measuring}</p>}
      <dl class="backend-reports">
        {reports.value
          ?.filter(({ backend }) => (PAGE_BACKENDS as readonly string[]).includes(backend))
          .map((each) => (
            <div key={each.backend}>
              <dt>{each.backend}</dt>
              <dd>{each.works ? speedOf(each) : text.notHere(each.reason)}</dd>
            </div>
          ))}
      </dl>
    </details>
  );
}

function speedOf(each: Extract<BackendReport, { works: true }>): string {
  const text = texts();
  const { stepsPerSecond, device } = each;
  const steps = stepsPerSecond < 10 ? stepsPerSecond.toPrecision(2) : stepsPerSecond.toFixed(0);
  const parts = [text.stepsPerSecond(steps), device];
  if (each.kernelsPerStep !== undefined) parts.push(text.kernels(each.kernelsPerStep));
  return parts.join(', ');
}

function Benchmark() {
  const text = texts();
  const [results, setResults] = useState<readonly BenchmarkResult[]>([]);
  const [isRunning, setRunning] = useState(false);
  const run = async () => {
    setResults([]);
    setRunning(true);
    const tell = proxy((result: BenchmarkResult) => setResults((before) => [...before, result]));
    await session().benchmark(PAGE_BACKENDS, tell).catch(report);
    setRunning(false);
  };
  return (
    <details>
      <summary>{text.benchmark}</summary>
      <button type="button" disabled={isRunning} onClick={() => void run()}>
        {isRunning ? text.measuring : text.run}
      </button>
      <table class="benchmark">
        <thead>
          <tr>
            <th scope="col">{text.backend}</th>
            <th scope="col">{text.epochsPerSecond}</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <tr key={result.backend}>
              <th scope="row">{result.backend}</th>
              <td>
                {'reason' in result
                  ? text.notHere(result.reason)
                  : result.epochsPerSecond.toPrecision(3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
