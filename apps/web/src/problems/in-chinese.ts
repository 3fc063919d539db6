import { DATA_PHRASES } from './data-phrases.js';
import { DEVICE_PHRASES } from './device-phrases.js';
import { FILE_PHRASES } from './file-phrases.js';

const PHRASES = [...DATA_PHRASES, ...FILE_PHRASES, ...DEVICE_PHRASES];

/** What an error says of a thing, in Chinese. What is not known stays as it is. */
export function inChinese(text: string): string {
  for (const [pattern, chinese] of PHRASES) {
    const parts = pattern.exec(text);
    if (parts === null) continue;
    return chinese.replace(/\$(\d)|\{(\d)\}/g, (_, as, inner) =>
      as === undefined ? inChinese(parts[inner] ?? '') : (parts[as] ?? ''),
    );
  }
  return text;
}
