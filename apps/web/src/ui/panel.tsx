import type { ComponentChildren } from 'preact';
import './fields.css';
import './panel.css';

export interface PanelProps {
  /** Of the page: unique, and the end of links to it. */
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A part of the page with a heading, and a landmark of that name. */
export function Panel({ id, title, children }: PanelProps) {
  return (
    <section id={id} class="panel" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}
