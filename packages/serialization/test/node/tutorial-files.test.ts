import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { predict } from '@softreg/model';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, test } from 'vitest';
import {
  readTutorialData as dataOfBytes,
  encodeStandaloneModel,
  readTutorialModel as modelOfBytes,
} from '../../src/index.js';
import { readTutorialData, readTutorialModel, writeStandaloneModel } from '../../src/node/index.js';
import { digitModel } from '../digit-samples.js';
import { realFilePath } from '../tutorial-files/real-files.js';

const MODEL = fileURLToPath(realFilePath('model-theano-1.0.5-python2-protocol0.pkl.gz'));
const DATA = fileURLToPath(realFilePath('data-python2-protocol2.pkl.gz'));

test('the tutorial’s files are read by their paths', async () => {
  expect(await readTutorialModel(MODEL)).toEqual(await modelOfBytes(readFileSync(MODEL)));
  expect(await readTutorialData(DATA)).toEqual(await dataOfBytes(readFileSync(DATA)));
});

describe.each([
  ['readTutorialModel', readTutorialModel],
  ['readTutorialData', readTutorialData],
])('%s names the path', (_, read: (path: string) => Promise<unknown>) => {
  test('of a file that is not there, and of a folder', async () => {
    const path = join(temporaryFolder(), 'best_model.pkl');
    await expect(read(path)).rejects.toMatchObject({ code: 'FILE_MISSING', subject: path });
    const folder = temporaryFolder();
    await expect(read(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', subject: folder });
  });

  test('of a pickle that would run a program', async () => {
    const path = join(temporaryFolder(), 'best_model.pkl');
    writeFileSync(path, "cos\nsystem\n(S'echo ran'\ntR.");
    await expect(read(path)).rejects.toMatchObject({
      code: 'FILE_REFUSED',
      message:
        `${path}, pickle: expected nothing but numbers, text, lists, NumPy arrays and the objects of the tutorial’s classifier, ` +
        'found "os.system" (at byte 0); do not open it with Python either, unless you know who made it: a pickle can run any program',
    });
  });
});

describe('writeStandaloneModel', () => {
  test('writes a module that Node loads', async () => {
    const path = join(temporaryFolder(), 'model.mjs');
    const model = digitModel();
    await writeStandaloneModel(path, model);
    expect(readFileSync(path, 'utf8')).toBe(encodeStandaloneModel(model));
    const module = await import(pathToFileURL(path).href);
    const pixels = Uint8Array.from({ length: 784 }, (_, i) => i % 256);
    expect(module.predict(pixels)).toEqual(predict(model, pixels)[0]);
  });

  test('leaves an old file as it was where there is no model, and where there is a folder', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'model.mjs');
    writeFileSync(path, 'old');
    const none = { ...digitModel(), pixelScale: 0 };
    await expect(writeStandaloneModel(path, none)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
    expect(readFileSync(path, 'utf8')).toBe('old');
    await expect(writeStandaloneModel(folder, digitModel())).rejects.toMatchObject({
      code: 'FILE_WRITE_FAILED',
    });
  });
});
