import type { Parameters } from '@softreg/backend';
import { useState } from 'preact/hooks';
import type { DataInfo } from '../session/protocol.js';
import { Panel } from '../ui/panel.js';
import { texts } from './messages.js';
import { type PixelPlace, WeightImage } from './weight-image.js';
import { weightText } from './weight-text.js';
import './weights.css';

export interface WeightImagesProps {
  readonly parameters: Parameters;
  readonly data: DataInfo;
}

interface Pointed extends PixelPlace {
  readonly index: number;
}

/** One image a class: what a pixel adds to its score. */
export function WeightImages({ parameters, data }: WeightImagesProps) {
  const text = texts();
  const [pointed, setPointed] = useState<Pointed>();
  const most = largest(parameters.weights);
  const { width } = data;
  const { weights, classes } = parameters;
  return (
    <Panel id="weights" title={text.title}>
      <div class="weight-images">
        {data.classNames.map((name, index) => (
          <WeightImage
            key={name}
            name={name}
            index={index}
            parameters={parameters}
            data={data}
            most={most}
            pointed={pointed?.index === index ? pointed : undefined}
            onPoint={(place) => setPointed(place && { ...place, index })}
          />
        ))}
      </div>
      <div class="weight-scale" data-testid="weight-scale">
        <span>{weightText(-most)}</span>
        <span class="ramp" title={text.scale} />
        <span>{weightText(most)}</span>
      </div>
      <output class="quiet">
        {pointed === undefined
          ? text.hint
          : text.pixel(
              data.classNames[pointed.index] ?? '',
              pointed.row + 1,
              pointed.column + 1,
              weightText(
                weights[(pointed.row * width + pointed.column) * classes + pointed.index] as number,
              ),
            )}
      </output>
    </Panel>
  );
}

/** Of all magnitudes. */
function largest(weights: Float32Array): number {
  let most = 0;
  for (const weight of weights) most = Math.max(most, Math.abs(weight));
  return most;
}
