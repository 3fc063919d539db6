import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { language } from '../i18n/language.js';
import type { DataSource, Snapshot } from '../session/protocol.js';
import type { PageSettings } from '../settings/page-settings.js';
import { openSession, report, settings } from '../state/store.js';
import { Panel } from '../ui/panel.js';
import { texts } from './messages.js';
import './data.css';

/** The name of what is being opened. */
const opening = signal<string | undefined>(undefined);
const isOver = signal(false);

async function open(name: string, source: DataSource): Promise<void> {
  opening.value = name;
  try {
    await openSession(source);
    if (source.kind !== 'files') settings.value = { ...settings.value, data: source.kind };
  } finally {
    opening.value = undefined;
  }
}

function openFiles(files: readonly File[]): void {
  if (files.length > 0) open(texts().own, { kind: 'files', files }).catch(report);
}

export function DataPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const { name, counts } = snapshot.data;
  useDroppedFiles();
  const choose = (kind: string) => {
    const known = kind as PageSettings['data'];
    open(text[known], { kind: known }).catch(report);
  };
  const grouped = (count: number) => count.toLocaleString(language.value);
  return (
    <Panel id="data" title={text.title}>
      <label class="data-choice">
        <span>{text.choose}</span>
        <select
          value={name in DATA ? name : 'own'}
          disabled={opening.value !== undefined}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          <option value="digits">{text.digits}</option>
          {import.meta.env.VITE_HAS_MNIST && <option value="mnist">{text.mnist}</option>}
          {!(name in DATA) && (
            <option value="own" disabled>
              {name}
            </option>
          )}
        </select>
      </label>
      <p class="quiet" role="status">
        {opening.value === undefined
          ? text.counts(grouped(counts.train), grouped(counts.validation), grouped(counts.test))
          : text.opening(opening.value)}
      </p>
      <label class="pick">
        <span>{text.pick}</span>
        <input
          type="file"
          multiple
          onChange={({ currentTarget }) => {
            openFiles([...(currentTarget.files ?? [])]);
            currentTarget.value = '';
          }}
        />
      </label>
      <p class="quiet">{text.drop}</p>
      {isOver.value && <div class="drop-here">{text.dropHere}</div>}
    </Panel>
  );
}

const DATA: Readonly<Record<PageSettings['data'], true>> = { digits: true, mnist: true };

/** Files may be dropped anywhere on the page. */
function useDroppedFiles(): void {
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files');
    addEventListener(
      'dragover',
      (event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        isOver.value = true;
      },
      { signal },
    );
    addEventListener(
      'dragleave',
      (event) => {
        if (event.relatedTarget === null) isOver.value = false;
      },
      { signal },
    );
    addEventListener(
      'drop',
      (event) => {
        isOver.value = false;
        if (!holdsFiles(event)) return;
        event.preventDefault();
        openFiles([...(event.dataTransfer?.files ?? [])]);
      },
      { signal },
    );
    return () => listening.abort();
  }, []);
}
