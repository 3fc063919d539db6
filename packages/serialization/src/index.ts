export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.js';
export { decodeCompactModel, encodeCompactModel } from './compact/compact-model.js';
export {
  SerializationError,
  type SerializationErrorCode,
  type SerializationErrorDetails,
} from './errors.js';
export { decodeModel, encodeModel } from './model-file.js';
export { decodeNpzModel, encodeNpzModel } from './npz/npz-model.js';
export { decodeOnnxModel, encodeOnnxModel, type OnnxReading } from './onnx/onnx-model.js';
export { readTutorialData, type TutorialData, type TutorialSet } from './pickle/tutorial-data.js';
export { readTutorialModel } from './pickle/tutorial-model.js';
export { encodeStandaloneModel } from './standalone/encode-standalone-model.js';
export { decodeTfjsModel } from './tfjs/decode-tfjs-model.js';
export { encodeTfjsModel, type TfjsModelFiles } from './tfjs/encode-tfjs-model.js';
