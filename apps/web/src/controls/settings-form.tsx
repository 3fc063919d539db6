import { checkSettings } from '@softreg/trainer';
import { useState } from 'preact/hooks';
import { wholeRunSettings } from '../keep/kept-settings.js';
import { OPTIMIZERS, type PageSettings } from '../settings/page-settings.js';
import { changeSettings } from '../state/actions.js';
import { report, settings } from '../state/store.js';
import { texts } from './messages.js';

type NumberName = 'learningRate' | 'batchSize' | 'patience' | 'l2' | 'seed';

const NUMBERS: readonly NumberName[] = ['learningRate', 'l2', 'patience', 'batchSize', 'seed'];

/** @param most images of the smallest set: a minibatch has no more */
export function SettingsForm({ most }: { readonly most: number }) {
  const text = texts();
  const now = settings.value;
  return (
    <form class="settings" onSubmit={(event) => event.preventDefault()}>
      {NUMBERS.map((name) => (
        <NumberField key={name} name={name} most={most} />
      ))}
      <label class="field">
        <span>{text.optimizer}</span>
        <select
          value={now.optimizer}
          onChange={({ currentTarget }) =>
            apply({ optimizer: currentTarget.value as PageSettings['optimizer'] })
          }
        >
          {OPTIMIZERS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label class="field check">
        <input
          type="checkbox"
          checked={now.shuffle}
          onChange={({ currentTarget }) => apply({ shuffle: currentTarget.checked })}
        />
        <span>{text.shuffle}</span>
      </label>
    </form>
  );
}

function NumberField({ name, most }: { readonly name: NumberName; readonly most: number }) {
  const text = texts();
  const [refused, setRefused] = useState<string>();
  const id = `setting-${name}`;
  const change = (typed: string) => {
    const changes = { [name]: typed.trim() === '' ? Number.NaN : Number(typed) };
    const isFine = isAccepted({ ...settings.value, ...changes }, most);
    setRefused(isFine ? undefined : typed);
    if (isFine) apply(changes);
  };
  return (
    <label class="field" for={id}>
      <span>{text[name]}</span>
      <input
        id={id}
        inputMode="decimal"
        value={refused ?? String(settings.value[name])}
        aria-invalid={refused !== undefined}
        aria-describedby={refused === undefined ? undefined : `${id}-refused`}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
      {refused !== undefined && (
        <small id={`${id}-refused`} role="alert">
          {text.outOfRange(text[name], refused || '–')}
        </small>
      )}
    </label>
  );
}

function apply(changes: Partial<PageSettings>): void {
  changeSettings(changes).catch(report);
}

function isAccepted(next: PageSettings, most: number): boolean {
  try {
    checkSettings(wholeRunSettings(next));
    return next.batchSize <= most;
  } catch {
    return false;
  }
}
