import fc from 'fast-check';

// A run fails for what was changed and not by the luck of its cases; the full runs look for new ones.
const isFull = globalThis.process?.env?.SOFTREG_TEST_SCALE === 'full';
if (!isFull) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 2026 });
