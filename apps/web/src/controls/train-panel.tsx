import type { Snapshot } from '../session/protocol.js';
import { Panel } from '../ui/panel.js';
import { texts } from './messages.js';
import { SettingsForm } from './settings-form.js';
import { Transport } from './transport.js';
import './controls.css';

export function TrainPanel({ snapshot }: { readonly snapshot: Snapshot }) {
  const { train, validation, test } = snapshot.data.counts;
  return (
    <Panel id="train" title={texts().title}>
      <Transport snapshot={snapshot} />
      <SettingsForm most={Math.min(train, validation, test)} />
    </Panel>
  );
}
