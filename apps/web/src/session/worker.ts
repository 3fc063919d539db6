import * as Comlink from 'comlink';
import { probe } from '../backends/probe-worker.js';
import { carryProblems } from '../problems/crossing.js';
import { SessionWorker } from './session-worker.js';

carryProblems();
Comlink.expose(self.name === 'probe' ? probe : new SessionWorker());
