import { messages } from '../i18n/language.js';

export const texts = messages({
  en: {
    kept: 'This page is kept in your browser: it works offline, too.',
    newer: 'A new version of this page is here. Reloading ends the run.',
    reload: 'Reload',
    later: 'Later',
  },
  zh: {
    kept: '本页已保存在浏览器中，离线也可使用。',
    newer: '本页有新版本。重新加载会结束当前的训练。',
    reload: '重新加载',
    later: '稍后',
  },
});
