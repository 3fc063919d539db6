/** Longer than the slowest epoch on a graphics card in software. */
const SILENCE_MS = 300_000;

/** Gives up on a driver that hangs. @param {(reason: string) => void} giveUp */
export function watchSilence(giveUp) {
  const timer = setTimeout(
    () => giveUp(`nothing was heard of it for ${SILENCE_MS / 1000} seconds`),
    SILENCE_MS,
  );
  return { broken: () => timer.refresh(), stop: () => clearTimeout(timer) };
}
