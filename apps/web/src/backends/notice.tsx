import { notice } from '../state/store.js';
import { texts } from './messages.js';

/** What happened to the run by itself, for a person to know. */
export function RunNotice() {
  const now = notice.value;
  const text = texts();
  return (
    <p class="run-notice" role="status">
      {now?.kind === 'backend-lost' && text.lost(now.lost, now.next, now.reason)}
      {now?.kind === 'worker-replaced' && text.replaced(now.reason)}
      {now?.kind === 'worker-failed' && text.failed(now.reason)}
    </p>
  );
}
