import { FileButton } from '../ui/file-button.js';
import { OPENED_ENDINGS } from './formats.js';
import { keptStatus } from './kept-status.js';
import { texts } from './messages.js';
import { openKept } from './open-kept.js';

export function OpenFile() {
  const text = texts();
  return (
    <div class="keep-part">
      <FileButton
        label={text.open}
        accept={OPENED_ENDINGS.join()}
        onFiles={(files) => void openKept(files)}
      />
      <p class="quiet">{text.openHint}</p>
      <p role="status" data-testid="kept-status">
        {keptStatus.value?.()}
      </p>
    </div>
  );
}
