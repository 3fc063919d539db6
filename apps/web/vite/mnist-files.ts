import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type LabeledImages, MNIST } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { encodeIdx } from '@softreg/idx';
import type { Plugin } from 'vite';

const FOLDER = 'data/mnist';

/**
 * With SOFTREG_WEB_MNIST=1 in the environment MNIST's four files are a part of the site: from SOFTREG_DATA_DIR, else from the cache or a
 * mirror, checked by their SHA-256. The page learns of it by `import.meta.env.VITE_HAS_MNIST`.
 */
export function mnistFiles(): Plugin {
  const isWanted = process.env.SOFTREG_WEB_MNIST === '1';
  let files: Promise<ReadonlyMap<string, Buffer>> | undefined;
  const read = () => {
    files ??= readFiles();
    return files;
  };
  return {
    name: 'softreg:mnist-files',
    config: () => ({ define: { 'import.meta.env.VITE_HAS_MNIST': JSON.stringify(isWanted) } }),
    async generateBundle() {
      // Workers are bundles of their own.
      if (!isWanted || this.environment.config.isWorker) return;
      for (const [name, source] of await read()) {
        this.emitFile({ type: 'asset', fileName: `${FOLDER}/${name}`, source });
      }
    },
    configureServer(server) {
      if (!isWanted) return;
      server.middlewares.use(`/${FOLDER}/`, async (request, response, next) => {
        const bytes = (await read()).get(request.url?.slice(1) ?? '');
        if (bytes === undefined) return next();
        response.setHeader('content-type', 'application/gzip');
        response.end(bytes);
      });
    },
  };
}

async function readFiles(): Promise<ReadonlyMap<string, Buffer>> {
  const folder = process.env.SOFTREG_DATA_DIR;
  const { train, test } = await openDataset(MNIST, folder ? { folder } : {});
  const { trainImages, trainLabels, testImages, testLabels } = MNIST.files;
  return new Map([
    [`${trainImages.name}.gz`, await images(train)],
    [`${trainLabels.name}.gz`, await labels(train)],
    [`${testImages.name}.gz`, await images(test)],
    [`${testLabels.name}.gz`, await labels(test)],
  ]);
}

const pack = promisify(gzip);

function images({ images: data, count, height, width }: LabeledImages): Promise<Buffer> {
  return pack(encodeIdx({ type: 'uint8', shape: [count, height, width], data }), { level: 9 });
}

function labels({ labels: data, count }: LabeledImages): Promise<Buffer> {
  return pack(encodeIdx({ type: 'uint8', shape: [count], data }), { level: 9 });
}
