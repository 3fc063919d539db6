export interface ClassSelectProps {
  /** Of the page: unique. */
  readonly id: string;
  readonly label: string;
  readonly value: string;
  /** Value and text of each choice that is no class. */
  readonly others: readonly (readonly [string, string])[];
  readonly names: readonly string[];
  /** @param value of one of the others, or the number of a class */
  readonly onChoose: (value: string) => void;
}

export function ClassSelect({ id, label, value, others, names, onChoose }: ClassSelectProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
        {others.map(([other, text]) => (
          <option key={other} value={other}>
            {text}
          </option>
        ))}
        {names.map((name, index) => (
          <option key={name} value={String(index)}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
