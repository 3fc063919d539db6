import { signal } from '@preact/signals';
import { chooseLanguage, LANGUAGES, type Language, language } from '../i18n/language.js';
import { texts } from './messages.js';

type Theme = 'system' | 'light' | 'dark';

const theme = signal<Theme>('system');

function chooseTheme(next: Theme): void {
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
}

export function Header() {
  const text = texts();
  return (
    <header class="page-header">
      <div>
        <h1>{text.title}</h1>
        <p class="quiet">{text.subtitle}</p>
      </div>
      <div class="choices">
        <label>
          <span class="visually-hidden">{text.language}</span>
          <select
            value={language.value}
            onChange={({ currentTarget }) => chooseLanguage(currentTarget.value as Language)}
          >
            {Object.entries(LANGUAGES).map(([name, title]) => (
              <option key={name} value={name} lang={name === 'zh' ? 'zh-CN' : 'en'}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="visually-hidden">{text.theme}</span>
          <select
            value={theme.value}
            onChange={({ currentTarget }) => chooseTheme(currentTarget.value as Theme)}
          >
            {Object.entries(text.themes).map(([name, title]) => (
              <option key={name} value={name}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
    </header>
  );
}
