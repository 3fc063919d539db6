import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '@softreg/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { entryOf, filesOf } from '../synthetic-set.js';
import { gzippedFiles } from './local-mirror.js';
import { localProxy } from './local-proxy.js';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const HOST = 'mirror.invalid';
const OPENSSL = 'openssl';

/** A key and a certificate of its own making for {@link HOST}, or undefined where no program makes them. */
function selfSigned(): { key: string; cert: string } | undefined {
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const names = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST},DNS:localhost`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', cert, '-days', '2'];
  try {
    execFileSync(OPENSSL, ['req', '-x509', ...curve, ...files, ...names], { stdio: 'pipe' });
    return { key, cert };
  } catch {
    process.stderr.write('SKIPPED, https through a proxy: openssl could make no certificate\n');
    return undefined;
  }
}

const PEM = selfSigned();

/** Prints how many files came, or why none did, and whether undici was loaded. */
const CHILD = `
  import { createRequire } from 'node:module';
  import { fetchDataset } from '@softreg/datasets/node';
  const [, entryText, folder] = process.argv;
  const tell = (text) => console.log(text);
  const { cache } = createRequire(process.cwd() + '/index.js');
  const isLoaded = (name) => Object.keys(cache).some((path) => path.includes('/' + name + '/'));
  await fetchDataset(JSON.parse(entryText), { folder }).then(
    (files) => tell(files.length + (isLoaded('undici') ? ' by undici' : '')),
    (error) => tell(error.message),
  );`;

describe.skipIf(PEM === undefined)('https', () => {
  async function httpsMirror() {
    const { key, cert } = PEM as { key: string; cert: string };
    const files = await gzippedFiles();
    const server = createServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      ({ url = '' }, response) => {
        const good = files.get(url.replace(/^.*\/|\.gz$/g, ''));
        response.writeHead(good === undefined ? 404 : 200).end(good);
      },
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => void server.close(() => resolve()));
    });
    return (server.address() as AddressInfo).port;
  }

  async function fetchInChild(host: string, variables: Readonly<Record<string, string>>) {
    const port = await httpsMirror();
    const entry = await entryOf(filesOf(), [`https://${host}:${port}/set/`]);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', CHILD, JSON.stringify(entry), temporaryFolder()],
      {
        cwd: PACKAGE,
        env: { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: PEM?.cert, ...variables },
      },
    );
    return { port, printed: stdout.trim() };
  }

  test.each(['HTTPS_PROXY', 'https_proxy'])(
    'goes through a tunnel of %s, which finds the host',
    async (variable) => {
      const proxy = await localProxy({ login: 'me:secret' });
      const { port, printed } = await fetchInChild(HOST, {
        [variable]: `http://me:secret@${proxy.host}`,
      });
      expect(printed).toBe('4 by undici');
      expect(new Set(proxy.tunnels)).toEqual(new Set([`${HOST}:${port}`]));
      expect(proxy.forwarded).toEqual([]);
    },
  );

  test.each([
    { HTTP_PROXY: 'PROXY' },
    { HTTPS_PROXY: 'PROXY', NO_PROXY: 'localhost' },
    { HTTPS_PROXY: 'PROXY', no_proxy: '.localhost' },
  ])('goes directly with %j', async (variables) => {
    const proxy = await localProxy();
    const given = Object.entries(variables).map(([name, value]) => [
      name,
      value.replace('PROXY', `http://${proxy.host}`),
    ]);
    const { printed } = await fetchInChild('localhost', Object.fromEntries(given));
    expect(printed).toBe('4');
    expect(proxy.tunnels).toEqual([]);
  });

  test('with a certificate that nobody knows is refused behind a proxy too', async () => {
    const proxy = await localProxy();
    const { printed } = await fetchInChild(HOST, {
      HTTPS_PROXY: `http://${proxy.host}`,
      NODE_EXTRA_CA_CERTS: '',
    });
    expect(printed).toContain(
      `could not be reached through the proxy ${proxy.host} (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    );
  });
});
