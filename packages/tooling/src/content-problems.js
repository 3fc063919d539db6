const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];
const TEST_FILE = /(^|\/)(__tests__|tests?)\/|\.(test|spec)\.[^/]*$/;

/**
 * What is wrong with the package.json inside a tarball.
 *
 * @param {import('./workspace.js').Manifest} manifest
 * @returns {string[]}
 */
export function manifestProblems(manifest) {
  const protocols = /"((?:workspace|catalog):[^"]*)"/.exec(JSON.stringify(manifest));
  return [
    ...(protocols ? [`package.json still says ${protocols[1]}`] : []),
    ...installScripts(manifest).map((name) => `package.json has a script "${name}"`),
  ];
}

/**
 * The scripts that npm would run when someone installs the package.
 *
 * @param {import('./workspace.js').Manifest} manifest
 */
export function installScripts(manifest) {
  return INSTALL_SCRIPTS.filter((name) => manifest.scripts?.[name] !== undefined);
}

/**
 * What is missing among the files of a tarball, and what should not be there.
 *
 * @param {string[]} files
 * @returns {string[]}
 */
export function fileProblems(files) {
  return [
    ...['README.md', 'LICENSE'].filter((name) => !files.includes(name)).map((name) => `no ${name}`),
    ...(files.some((name) => /^dist\/.*\.js$/.test(name)) ? [] : ['no JavaScript in dist']),
    ...files.filter((name) => TEST_FILE.test(name)).map((name) => `a test file, ${name}`),
    // npm compiles a package that has this file, without any script.
    ...(files.includes('binding.gyp') ? ['a binding.gyp'] : []),
  ];
}
