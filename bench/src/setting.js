import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';

/** What a measurement was made with. */
export function describeSetting() {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: cpus()[0]?.model.trim(),
      cores: availableParallelism(),
      node: process.version,
    },
    tensorflowjs: createRequire(import.meta.url)('@tensorflow/tfjs/package.json').version,
  };
}

/** For a person to read. @param {string[]} more */
export function settingText({ date, machine, tensorflowjs }, ...more) {
  const { processor, cores, node } = machine;
  const parts = [`${processor} (${cores} cores)`, `Node ${node}`, ...more];
  return `Measured on ${date} with ${parts.join(', ')}, TensorFlow.js ${tensorflowjs}.`;
}
