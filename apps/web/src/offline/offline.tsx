import { useState } from 'preact/hooks';
import { kept, newer, takeNewer } from './keep-site.js';
import { texts } from './messages.js';
import './offline.css';

/** Whether the page works without a network. */
export function KeptNote() {
  return (
    <footer class="page-footer quiet" data-kept={kept.value}>
      {kept.value !== 'nothing' && texts().kept}
    </footer>
  );
}

/** Offers the newer version of the page, over what is there: nothing moves away under a finger. */
export function NewerVersion() {
  const text = texts();
  const [declined, decline] = useState<ServiceWorker>();
  const isOffered = newer.value !== undefined && newer.value !== declined;
  return (
    <div role="status">
      {isOffered && (
        <div class="newer-version">
          <p>{text.newer}</p>
          <button type="button" class="primary" onClick={takeNewer}>
            {text.reload}
          </button>
          <button type="button" onClick={() => decline(newer.value)}>
            {text.later}
          </button>
        </div>
      )}
    </div>
  );
}
