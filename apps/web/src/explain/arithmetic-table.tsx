import { reading } from '../draw/reading.js';
import { shownModel } from '../draw/shown-model.js';
import { texts } from './messages.js';
import { decimal, small } from './numbers.js';

/** From scores to probabilities, with the numbers of this drawing. */
export function ArithmeticTable({ names }: { readonly names: readonly string[] }) {
  const text = texts();
  const steps = reading.value;
  const bias = shownModel.value?.parameters.bias;
  if (steps === undefined || bias === undefined) return null;
  const { scores, largestScore, exponentials, sum, probabilities, label } = steps;
  return (
    <section aria-labelledby="arithmetic-title">
      <h3 id="arithmetic-title">{text.arithmetic}</h3>
      <table class="arithmetic">
        <caption>{text.caption(decimal(largestScore))}</caption>
        <thead>
          <tr>
            <th scope="col">{text.class}</th>
            <th scope="col">{text.bias}</th>
            <th scope="col">{text.score}</th>
            <th scope="col">{text.exponential}</th>
            <th scope="col">{text.probability}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name, index) => (
            <tr key={name} class={index === label ? 'largest' : ''}>
              <th scope="row">{name}</th>
              <td>{decimal(bias[index] as number)}</td>
              <td data-testid={`score-${index}`}>{decimal(scores[index] as number)}</td>
              <td>{small(exponentials[index] as number)}</td>
              <td>{small(probabilities[index] as number)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {text.sum}
            </th>
            <td>{small(sum)}</td>
            <td>{small(1)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
