// What lies where in the memory that all threads share. Addresses below HEAP are fixed; the host hands out the rest.

/** How many chunks of the phase nobody has taken yet, with the phase's number above them: see parallel.ts. */
export const TURNSTILE: usize = 64;
/** How many chunks of the phase are done. A cache line of its own, as all that threads write to at once. */
export const DONE: usize = 128;
/** Whether the host sleeps until they are. */
export const HOST_SLEEPS: usize = 192;
export const SLEEPING_WORKERS: usize = 256;
export const BELL: usize = 320;
/** Errors counted in the phase. */
export const ERRORS: usize = 384;
/** What the phase is about: see job.ts. */
export const JOB: usize = 512;
/** 256 floats: what each byte stands for. */
export const BYTE_VALUES: usize = 1024;
/** For each set of 8 lanes, as the bits of its number, 8 bytes: the lanes of the set from the lowest on, then zeros. */
export const LANES: usize = 2048;
export const HEAP: usize = 4096;
