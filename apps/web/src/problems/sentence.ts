import type { Language } from '../i18n/language.js';
import { CHINESE_HEADINGS, type ProblemCode } from './codes.js';
import { inChinese } from './in-chinese.js';
import type { Problem } from './problem.js';

/** What a user of the page can do, where an error speaks to those of the command line or of a library. */
const PAGE_ADVICE: { readonly [code in ProblemCode]?: Readonly<Record<Language, string>> } = {
  DATASET_WRONG_CHECKSUM: {
    en: 'get the files anew from their source',
    zh: '请从来源重新获取这些文件',
  },
  DATASET_TOO_SMALL: { en: 'choose files with more images', zh: '请选择含更多图像的文件' },
};

/** What went wrong, where, what was expected and found, and what to do: one sentence. */
export function sentenceOf(problem: Problem, language: Language): string {
  return language === 'zh' ? chineseSentence(problem) : englishSentence(problem);
}

function englishSentence({ message, code, advice }: Problem): string {
  const instead = code && PAGE_ADVICE[code]?.en;
  if (instead === undefined) return message;
  const ending = `; ${advice}`;
  const before = message.endsWith(ending) ? message.slice(0, -ending.length) : message;
  return `${before}; ${instead}`;
}

function chineseSentence(problem: Problem): string {
  const { message, code, subject, expected, found, reason, offset, advice } = problem;
  if (code === undefined) {
    // Parts of the page say what is wrong in the language that is chosen.
    return /[\u4e00-\u9fff]/.test(message) ? message : `意外错误：${message}`;
  }
  const where = subject === undefined ? '' : `：${inChinese(subject)}`;
  const what =
    expected === undefined || found === undefined
      ? inChinese(reason ?? message)
      : `应为${spaced(inChinese(expected))}，实际为${spaced(inChinese(found))}`;
  const place = offset === undefined ? '' : `（第 ${offset} 字节处）`;
  const instead = PAGE_ADVICE[code]?.zh ?? (advice === undefined ? undefined : inChinese(advice));
  const next = instead === undefined ? '' : `；${instead}`;
  return `${CHINESE_HEADINGS[code]}${where}：${what}${place}${next}`;
}

/** Chinese typesetting has a space beside words and numbers of other scripts. */
function spaced(text: string): string {
  return /^[\u4e00-\u9fff]/.test(text) ? text : ` ${text}`;
}
