import { signal } from '@preact/signals';
import { shownModel } from '../draw/shown-model.js';
import { report } from '../state/store.js';
import { saveFile } from './download.js';
import { FORMATS, type Format, type ModelFile } from './formats.js';
import { modelToKeep } from './kept-model.js';
import { texts } from './messages.js';

const format = signal<Format>('safetensors');

async function download(file: ModelFile): Promise<void> {
  const model = modelToKeep();
  const { encodeModelFile } = await import('./model-files.js');
  saveFile(file, await encodeModelFile(model, file));
}

/** A button for each file of the chosen form: browsers ask before one makes two files. */
export function DownloadModel() {
  const text = texts();
  return (
    <div class="keep-part">
      <label class="field">
        <span>{text.format}</span>
        <select
          value={format.value}
          onChange={({ currentTarget }) => {
            format.value = currentTarget.value as Format;
          }}
        >
          {Object.entries(text.formats).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {FORMATS[format.value].map((file) => (
        <button
          key={file}
          type="button"
          disabled={shownModel.value === undefined}
          onClick={() => void download(file).catch(report)}
        >
          {text.download(file)}
        </button>
      ))}
    </div>
  );
}
