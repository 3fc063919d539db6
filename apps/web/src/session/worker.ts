import * as Comlink from 'comlink';
import { SessionWorker } from './session-worker.js';

Comlink.expose(new SessionWorker());
