import { render } from 'preact';
import './ui/theme.css';
import { App } from './app.js';
import { report, start } from './state/store.js';

render(<App />, document.getElementById('app') as HTMLElement);
start().catch(report);
