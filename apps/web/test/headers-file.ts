/** What a built `_headers` file sets for a path of the host, read as Netlify and Cloudflare Pages do. */
export function headersOfFile(text: string): (path: string) => Record<string, string> {
  const rules: { readonly path: RegExp; readonly headers: [string, string][] }[] = [];
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s+([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) rules.at(-1)?.headers.push([name, value]);
    else if (line !== '') rules.push({ path: patternOf(line), headers: [] });
  }
  return (path) =>
    Object.fromEntries(
      rules.filter((rule) => rule.path.test(path)).flatMap(({ headers }) => headers),
    );
}

function patternOf(path: string): RegExp {
  const parts = path.split('*').map((part) => part.replace(/[.?+^$[\]\\(){}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
