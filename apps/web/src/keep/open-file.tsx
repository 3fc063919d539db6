import { OPENED_ENDINGS } from './formats.js';
import { keptStatus } from './kept-status.js';
import { texts } from './messages.js';
import { openKept } from './open-kept.js';

export function OpenFile() {
  const text = texts();
  return (
    <div class="keep-part">
      <label>
        <span>{text.open}</span>
        <input
          type="file"
          multiple
          accept={OPENED_ENDINGS.join()}
          onChange={({ currentTarget }) => {
            const files = [...(currentTarget.files ?? [])];
            currentTarget.value = '';
            if (files.length > 0) void openKept(files);
          }}
        />
      </label>
      <p class="quiet">{text.openHint}</p>
      <p role="status" data-testid="kept-status">
        {keptStatus.value?.()}
      </p>
    </div>
  );
}
