import type { DataSource } from '../session/protocol.js';
import { type Opening, opening } from '../state/opening.js';
import { texts } from './messages.js';

/** Where the data is from; while other data is opened how far that is, and a way to leave it. */
export function OpeningStatus({ kind }: { readonly kind: DataSource['kind'] }) {
  const now = opening.value;
  const text = texts();
  return (
    <div class="data-status">
      <p class="quiet" role="status">
        {now === undefined ? text.from[kind] : text.opening(text[now.kind])}{' '}
        {/* Not to be read out at each step. */}
        {now?.percent !== undefined && <span aria-hidden="true">{now.percent} %</span>}
      </p>
      {now && <Progress now={now} />}
    </div>
  );
}

function Progress({ now: { percent, cancel } }: { readonly now: Opening }) {
  const text = texts();
  return (
    <>
      <progress max={100} value={percent} aria-label={text.progress} />
      <button type="button" onClick={cancel}>
        {text.cancel}
      </button>
    </>
  );
}
