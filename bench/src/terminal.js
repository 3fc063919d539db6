/** Progress; the results alone go to stdout. */
export function say(text) {
  process.stderr.write(text);
}

export function fail(code, message) {
  say(`bench: ${message}\n`);
  process.exit(code);
}
