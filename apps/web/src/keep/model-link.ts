import type { SoftmaxRegression } from '@softreg/model';
import { decodeCompactModel, encodeCompactModel, SerializationError } from '@softreg/serialization';
import { settingsToUrl } from '../settings/settings-in-url.js';
import { session } from '../state/open-session.js';
import { report, settings } from '../state/store.js';
import { KeepError } from './keep-error.js';
import { texts } from './messages.js';
import { showOpened } from './show-opened.js';

const KEY = 'model';

export interface ModelLink {
  readonly address: string;
  /** Of so many test images, with the model as it is and as the link has it. */
  readonly errors: { readonly before: number; readonly after: number; readonly count: number };
}

/** A link that opens the page with its settings and the model, and what rounding costs. @throws ModelError, SerializationError */
export async function linkWith(model: SoftmaxRegression): Promise<ModelLink> {
  const text = encodeCompactModel(model);
  const rounded = decodeCompactModel(text);
  const errorsOf = async ({ parameters }: SoftmaxRegression) =>
    (await session().inspect(parameters)).test.full;
  const { errors: before, count } = await errorsOf(model);
  const { errors: after } = await errorsOf(rounded);
  const words = new URLSearchParams(settingsToUrl(settings.value));
  words.set(KEY, text);
  const address = new URL(location.href);
  address.hash = words.toString();
  return { address: address.href, errors: { before, after, count } };
}

/** Shows the model of the link that the page was opened with, if it has one. */
export function openLinkedModel(): void {
  const text = new URLSearchParams(location.hash.replace(/^#/, '')).get(KEY);
  if (text === null) return;
  try {
    showOpened(decoded(text), texts().fromLink, 'linked');
  } catch (error) {
    report(error);
  }
}

function decoded(text: string): SoftmaxRegression {
  try {
    return decodeCompactModel(text);
  } catch (error) {
    if (!SerializationError.isInstance(error)) throw error;
    const isOther = error.code === 'FILE_UNSUPPORTED_VERSION';
    throw new KeepError(texts()[isOther ? 'linkVersion' : 'linkDamaged']);
  }
}
