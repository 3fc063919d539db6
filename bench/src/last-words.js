/** What a process said last on a stream, such as its error. @param {import('node:stream').Readable} stream */
export function listenForLastWords(stream) {
  let words = '';
  stream.setEncoding('utf8').on('data', (text) => {
    words = (words + text).slice(-2000);
  });
  return { line: () => words.trim().split('\n').at(-1) };
}

/** How a process ended that was to do something else, for a person to read. */
export function describeEnd(code, signal, line) {
  const how = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  return `its process ${how}${line ? `: ${line}` : ''}`;
}
