import { effect } from '@preact/signals';
import { render } from 'preact';
import './ui/theme.css';
import { App } from './app.js';
import { keepSite } from './offline/keep-site.js';
import { start } from './state/actions.js';
import { isOpen, report } from './state/store.js';

render(<App />, document.getElementById('app') as HTMLElement);
const started = start().catch(report);
if (import.meta.env.PROD) void keepSite(untilOpen(), started);

function untilOpen(): Promise<void> {
  return new Promise((resolve) => {
    effect(() => {
      if (isOpen.value) resolve();
    });
  });
}
