import { effect, signal } from '@preact/signals';

export const LANGUAGES = { en: 'English', zh: '简体中文' } as const;

export type Language = keyof typeof LANGUAGES;

const KEPT = 'softreg.language';

/** The language of the page: the one chosen here before, else that of the browser. */
export const language = signal<Language>(kept() ?? preferred());

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
});

export function chooseLanguage(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // A browser may keep nothing: then it is chosen again next time.
  }
}

/** Texts of one part of the page, in both languages: in Chinese there must be as many. */
export function messages<Texts>(texts: {
  readonly en: Texts;
  readonly zh: NoInfer<Texts>;
}): () => Texts {
  return () => texts[language.value];
}

function kept(): Language | undefined {
  try {
    const value = localStorage.getItem(KEPT);
    return value !== null && value in LANGUAGES ? (value as Language) : undefined;
  } catch {
    return undefined;
  }
}

function preferred(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
