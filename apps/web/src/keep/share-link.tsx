import { useState } from 'preact/hooks';
import { shownModel } from '../draw/shown-model.js';
import { language } from '../i18n/language.js';
import { report } from '../state/store.js';
import { modelToKeep } from './kept-model.js';
import { texts } from './messages.js';
import { linkWith, type ModelLink } from './model-link.js';

interface Made extends ModelLink {
  /** Whether the browser let it be copied. */
  readonly isCopied: boolean;
}

async function make(): Promise<Made> {
  const link = await linkWith(modelToKeep());
  const isCopied = await copy(link.address);
  return { ...link, isCopied };
}

/** A page may not copy over http, or long after the click. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A link that holds the whole model, and the cost of its rounding. */
export function ShareLink({ isOwnData }: { readonly isOwnData: boolean }) {
  const text = texts();
  const [made, setMade] = useState<Made | 'counting'>();
  const copyLink = async () => {
    setMade('counting');
    setMade(
      await make().catch((error: unknown) => {
        report(error);
        return undefined;
      }),
    );
  };
  return (
    <div class="keep-part">
      <button
        type="button"
        disabled={shownModel.value === undefined || made === 'counting'}
        onClick={() => void copyLink()}
      >
        {text.link}
      </button>
      <p role="status" data-testid="link-status">
        {made === 'counting' && text.counting}
        {typeof made === 'object' && `${inWords(made)}${isOwnData ? ` ${text.ownData}` : ''}`}
      </p>
      {typeof made === 'object' && (
        <label class="field">
          <span>{text.linkLabel}</span>
          <input readOnly value={made.address} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
    </div>
  );
}

function inWords({ address, errors, isCopied }: Made): string {
  const text = texts();
  const grouped = (count: number) => count.toLocaleString(language.value);
  const length = grouped(address.length);
  const { before, after, count } = errors;
  const cost = text.cost(grouped(before), grouped(after), grouped(count));
  return `${isCopied ? text.copied(length) : text.notCopied(length)} ${cost}`;
}
