import { language } from '../i18n/language.js';
import type { DataInfo, DataSource, Snapshot } from '../session/protocol.js';
import { opening, smallerMinibatches } from '../state/opening.js';
import { FileButton } from '../ui/file-button.js';
import { Panel } from '../ui/panel.js';
import { texts } from './messages.js';
import { openData, openFiles } from './open-data.js';
import { OpeningStatus } from './opening-status.js';
import './data.css';

/** What is trained on, where it is from, and what else there is. */
export function DataPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const { kind, name } = snapshot.data;
  return (
    <Panel id="data" title={text.title}>
      <DataChoice kind={kind} name={name} />
      <Counts data={snapshot.data} />
      <OpeningStatus kind={kind} />
      <FileButton label={text.pick} onFiles={(files) => void openFiles(files)} />
      <p class="quiet">{text.drop}</p>
    </Panel>
  );
}

function DataChoice({ kind, name }: { readonly kind: DataSource['kind']; readonly name: string }) {
  const text = texts();
  const choose = (chosen: string) => {
    if (chosen === 'digits' || chosen === 'mnist') void openData({ kind: chosen });
  };
  const size = import.meta.env.VITE_MNIST_BYTES;
  return (
    <>
      <label class="field">
        <span>{text.choose}</span>
        <select
          value={kind}
          disabled={opening.value !== undefined}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          <option value="digits">{text.digits}</option>
          {size !== undefined && <option value="mnist">{text.mnist}</option>}
          {kind === 'files' && (
            <option value="files" disabled>
              {name}
            </option>
          )}
        </select>
      </label>
      {size !== undefined && kind !== 'mnist' && (
        <p class="quiet">{text.mnistOffer(megabytes(size))}</p>
      )}
    </>
  );
}

function Counts({ data: { height, width, counts, classNames } }: { readonly data: DataInfo }) {
  const text = texts();
  const smaller = smallerMinibatches.value;
  const grouped = (count: number) => count.toLocaleString(language.value);
  return (
    <p class="quiet">
      {text.counts(grouped(counts.train), grouped(counts.validation), grouped(counts.test))}{' '}
      {text.form(height, width, classNames.length)}
      {smaller && ` ${text.smaller(smaller.taken)}`}
    </p>
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toLocaleString(language.value, { maximumFractionDigits: 1 });
}
