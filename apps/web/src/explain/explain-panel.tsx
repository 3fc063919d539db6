import { reading } from '../draw/reading.js';
import { dataInfo } from '../state/before-open.js';
import { Panel } from '../ui/panel.js';
import { ArithmeticTable } from './arithmetic-table.js';
import { texts } from './messages.js';
import { PixelParts } from './pixel-parts.js';
import { SmallestChange } from './smallest-change.js';
import './explain.css';

/** Why the drawing is read as it is. */
export function ExplainPanel() {
  const text = texts();
  const names = dataInfo.value.classNames;
  return (
    <Panel id="explain" title={text.title}>
      {reading.value === undefined ? (
        <p class="quiet">{text.hint}</p>
      ) : (
        <>
          <PixelParts names={names} />
          <SmallestChange names={names} />
          <ArithmeticTable names={names} />
        </>
      )}
    </Panel>
  );
}
