import { BackendPanel } from './backends/backend-panel.js';
import { RunNotice } from './backends/notice.js';
import { TrainPanel } from './controls/train-panel.js';
import { CurvesPanel } from './curves/curves.js';
import { DataPanel } from './data/data-panel.js';
import { DropZone } from './data/drop-zone.js';
import { DrawPanel } from './draw/draw-panel.js';
import { ExplainPanel } from './explain/explain-panel.js';
import { ConfusionPanel } from './inspect/confusion-panel.js';
import { MistakesPanel } from './inspect/mistakes-panel.js';
import { KeepPanel } from './keep/keep-panel.js';
import { KeptNote, NewerVersion } from './offline/offline.js';
import { Header } from './page/header.js';
import { Notices } from './page/notices.js';
import { PastSlider } from './past/past-slider.js';
import { comingSnapshot } from './state/before-open.js';
import { isOpen, shown, snapshot } from './state/store.js';
import { WeightImages } from './weights/weight-images.js';
import './page/page.css';

/** One can draw at once; what a session is needed for can be used once it is open. */
export function App() {
  const now = snapshot.value ?? comingSnapshot.value;
  const isWaiting = !isOpen.value;
  return (
    <>
      <Header />
      <Notices />
      <RunNotice />
      <DropZone />
      <NewerVersion />
      <main class="page" aria-busy={isWaiting}>
        <div class="column">
          <div class="needs-session" inert={isWaiting}>
            <TrainPanel snapshot={now} />
          </div>
          <DataPanel snapshot={now} />
          <div class="needs-session" inert={isWaiting}>
            <BackendPanel snapshot={now} />
          </div>
        </div>
        <div class="column needs-session" inert={isWaiting}>
          <CurvesPanel snapshot={now} />
          <PastSlider snapshot={now} />
          <WeightImages parameters={shown.value?.parameters ?? now.parameters} data={now.data} />
          <ConfusionPanel data={now.data} />
          <MistakesPanel data={now.data} />
        </div>
        <div class="column">
          <DrawPanel />
          <ExplainPanel />
          <div class="needs-session" inert={isWaiting}>
            <KeepPanel snapshot={now} />
          </div>
        </div>
      </main>
      <KeptNote />
    </>
  );
}
