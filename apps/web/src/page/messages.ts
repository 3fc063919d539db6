import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    title: 'softreg',
    subtitle: 'softmax regression, trained in this page',
    language: 'Language',
    theme: 'Theme',
    themes: { system: 'as the system', light: 'light', dark: 'dark' },
    dismiss: 'Dismiss',
    inLink: (name: string, found: string, expected: string) =>
      `The link says ${name}=${found}; expected ${expected}. The default is used.`,
    kinds: { number: 'a number', whole: 'a whole number', range: 'a value in its range' },
  },
  zh: {
    title: 'softreg',
    subtitle: '在本页中训练 softmax 回归',
    language: '语言',
    theme: '主题',
    themes: { system: '跟随系统', light: '浅色', dark: '深色' },
    dismiss: '关闭',
    inLink: (name: string, found: string, expected: string) =>
      `链接中 ${name}=${found} 无效，应为${expected}；已使用默认值。`,
    kinds: { number: '数字', whole: '整数', range: '范围内的值' },
  },
});
