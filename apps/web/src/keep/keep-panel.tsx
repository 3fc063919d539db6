import { useEffect } from 'preact/hooks';
import { shownName } from '../past/shown-name.js';
import type { Snapshot } from '../session/protocol.js';
import { isOpen } from '../state/store.js';
import { Panel } from '../ui/panel.js';
import { DownloadCheckpoint } from './download-checkpoint.js';
import { DownloadModel } from './download-model.js';
import { texts } from './messages.js';
import { openLinkedModel } from './model-link.js';
import { OpenFile } from './open-file.js';
import { ShareLink } from './share-link.js';
import './keep.css';

/** What the page shows and the run that it makes, to take elsewhere and to bring from there. */
export function KeepPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const text = texts();
  const canShow = isOpen.value;
  useEffect(() => {
    if (canShow) openLinkedModel();
  }, [canShow]);
  return (
    <Panel id="keep" title={text.title}>
      <p class="kept-model" data-testid="kept-model">
        {text.model(shownName())}
      </p>
      <p class="keep-hint quiet">{text.modelHint}</p>
      <DownloadModel />
      <ShareLink isOwnData={snapshot.data.kind === 'files'} />
      <DownloadCheckpoint snapshot={snapshot} />
      <OpenFile />
    </Panel>
  );
}
