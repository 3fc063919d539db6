// What a user of TensorFlow.js alone would write. Prints the probabilities for the images of a JSON file.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';

const [url, imagesFile] = process.argv.slice(2);
const model = await tf.loadLayersModel(url);
const images = tf.tensor2d(JSON.parse(readFileSync(imagesFile, 'utf8')));
process.stdout.write(JSON.stringify(await model.predict(images).array()));
