import { useState } from 'preact/hooks';
import type { Snapshot } from '../session/protocol.js';
import { resetRun } from '../state/actions.js';
import { session } from '../state/open-session.js';
import { openedData, report } from '../state/store.js';
import { commandsFor } from './commands.js';
import { saveFile } from './download.js';
import { CHECKPOINT_FILE } from './formats.js';
import { configOf } from './kept-run.js';
import { keptSettings } from './kept-settings.js';
import { texts } from './messages.js';

async function download(): Promise<void> {
  const run = await session().runNow();
  if (run === undefined) return;
  const { encodeCheckpoint } = await import('./model-files.js');
  const config = JSON.stringify(configOf(run));
  saveFile(CHECKPOINT_FILE, await encodeCheckpoint({ ...run.state, config }));
}

/** The run as it is, to go on with here or on the command line. */
export function DownloadCheckpoint({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const [isDone, setDone] = useState(false);
  const { iterations, stopReason } = snapshot;
  // A run that has diverged has no numbers to go on from.
  const isThere = iterations > 0 && stopReason !== 'diverged';
  return (
    <div class="keep-part">
      <button
        type="button"
        disabled={!isThere}
        onClick={() => void download().then(() => setDone(true), report)}
      >
        {text.checkpoint}
      </button>
      {isDone && <Hint snapshot={snapshot} />}
      <OtherSettings />
    </div>
  );
}

function Hint({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const commands = commandsFor(openedData.value, snapshot.data.counts);
  if (commands.length === 0) return <p class="quiet">{text.pairHint}</p>;
  return (
    <>
      <p class="quiet">{text.checkpointHint}</p>
      {commands.map((command) => (
        <code key={command} class="command">
          {command}
        </code>
      ))}
    </>
  );
}

function OtherSettings() {
  const text = texts();
  const values = Object.entries(keptSettings.value?.values ?? {});
  if (values.length === 0) return null;
  const forget = () => {
    keptSettings.value = undefined;
    resetRun().catch(report);
  };
  return (
    <>
      <p class="quiet" data-testid="other-settings">
        {text.others(values.map(([name, value]) => `${flagOf(name)} ${value}`).join(', '))}
      </p>
      <button type="button" onClick={forget}>
        {text.forget}
      </button>
    </>
  );
}

/** As the command line writes it. */
function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
