import { language } from '../i18n/language.js';
import { sentenceOf } from '../problems/sentence.js';
import { problem, urlProblems } from '../state/store.js';
import { texts } from './messages.js';

/** What went wrong, in a sentence each, until it is dismissed. */
export function Notices() {
  const text = texts();
  const inLink = urlProblems.value.map(({ name, found, expected }) => {
    const wanted = typeof expected === 'string' ? text.kinds[expected] : expected.join(', ');
    return text.inLink(name, found, wanted);
  });
  const last = problem.value && sentenceOf(problem.value, language.value);
  const all = last === undefined ? inLink : [last, ...inLink];
  return (
    <div class="notices" role="alert">
      {all.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {all.length > 0 && (
        <button
          type="button"
          onClick={() => {
            problem.value = undefined;
            urlProblems.value = [];
          }}
        >
          {text.dismiss}
        </button>
      )}
    </div>
  );
}
