import { BackendPanel } from './backends/backend-panel.js';
import { RunNotice } from './backends/notice.js';
import { TrainPanel } from './controls/train-panel.js';
import { CurvesPanel } from './curves/curves.js';
import { DataPanel } from './data/data-panel.js';
import { DrawPanel } from './draw/draw-panel.js';
import { ExplainPanel } from './explain/explain-panel.js';
import { ConfusionPanel } from './inspect/confusion-panel.js';
import { MistakesPanel } from './inspect/mistakes-panel.js';
import { Header } from './page/header.js';
import { texts } from './page/messages.js';
import { Notices } from './page/notices.js';
import { PastSlider } from './past/past-slider.js';
import { shown, snapshot } from './state/store.js';
import { WeightImages } from './weights/weight-images.js';
import './page/page.css';

export function App() {
  const now = snapshot.value;
  return (
    <>
      <Header />
      <Notices />
      <RunNotice />
      {now === undefined ? (
        <p class="page">{texts().opening}</p>
      ) : (
        <main class="page">
          <div class="column">
            <TrainPanel snapshot={now} />
            <DataPanel snapshot={now} />
            <BackendPanel snapshot={now} />
          </div>
          <div class="column">
            <CurvesPanel snapshot={now} />
            <PastSlider snapshot={now} />
            <WeightImages parameters={shown.value?.parameters ?? now.parameters} data={now.data} />
            <ConfusionPanel data={now.data} />
            <MistakesPanel data={now.data} />
          </div>
          <div class="column">
            <DrawPanel />
            <ExplainPanel />
          </div>
        </main>
      )}
    </>
  );
}
