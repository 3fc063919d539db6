import { predict } from '@softreg/model';
import { expect, test } from 'vitest';
import { encodeStandaloneModel } from '../../src/index.js';
import { TINY_MODEL } from '../samples.js';

// The workspace's types are those of workers.
declare const document: {
  createElement(name: 'iframe'): {
    srcdoc: string;
    readonly contentWindow: MessageEventSource | null;
    remove(): void;
  };
  readonly body: { append(element: unknown): void };
};

const POLICY = "default-src 'none'; script-src 'nonce-of-the-test'";

// A page that may evaluate no text, with the module written into a script element of its own.
test('stands in a page of the strictest policy, whatever the class names are', async () => {
  const classNames = ['</script><script>parent.postMessage("broken out", "*")</script>', '<!--'];
  const model = { ...TINY_MODEL, classNames };
  const page = document.createElement('iframe');
  const answer = new Promise<unknown>((resolve) => {
    addEventListener('message', ({ data, source }) => {
      if (source === page.contentWindow) resolve(data);
    });
  });
  page.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<script type="module" nonce="of-the-test">${encodeStandaloneModel(model)}
let evaluated = true;
try { new Function('return 1')(); } catch { evaluated = false; }
parent.postMessage({ evaluated, ...predict([3, 250]) }, '*');
</script>`;
  document.body.append(page);
  const [expected] = predict(model, Uint8Array.of(3, 250));
  expect(await answer).toEqual({ evaluated: false, ...expected });
  page.remove();
});
