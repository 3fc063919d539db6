import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type LabeledImages, MNIST } from '@softreg/datasets';
import { openDataset } from '@softreg/datasets/node';
import { encodeIdx } from '@softreg/idx';
import type { Plugin } from 'vite';

const FOLDER = 'data/mnist';

/**
 * With SOFTREG_WEB_MNIST=1 in the environment MNIST's four files are a part of the site: from SOFTREG_DATA_DIR, else from the cache or a
 * mirror, checked by their SHA-256. The page learns of it by `import.meta.env.VITE_MNIST_BYTES`, their size.
 */
export function mnistFiles(): Plugin {
  let files: ReadonlyMap<string, Buffer> = new Map();
  return {
    name: 'softreg:mnist-files',
    async config(_, { isPreview }) {
      if (process.env.SOFTREG_WEB_MNIST === '1' && !isPreview) files = await readFiles();
      const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
      const defined = files.size === 0 ? 'undefined' : String(bytes);
      return { define: { 'import.meta.env.VITE_MNIST_BYTES': defined } };
    },
    generateBundle() {
      // Workers are bundles of their own.
      if (this.environment.config.isWorker) return;
      for (const [name, source] of files) {
        this.emitFile({ type: 'asset', fileName: `${FOLDER}/${name}`, source });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${FOLDER}/`, (request, response, next) => {
        const bytes = files.get(request.url?.slice(1) ?? '');
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

const pack = promisify<Uint8Array, Buffer>(gzip);

/** The default level: the highest one takes twelve times as long for 2 % less. */
function images({ images: data, count, height, width }: LabeledImages): Promise<Buffer> {
  return pack(encodeIdx({ type: 'uint8', shape: [count, height, width], data }));
}

function labels({ labels: data, count }: LabeledImages): Promise<Buffer> {
  return pack(encodeIdx({ type: 'uint8', shape: [count], data }));
}
