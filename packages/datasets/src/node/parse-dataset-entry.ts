import { CATALOG, type DatasetEntry, type DatasetFile, type DatasetPart } from '../catalog.js';
import { DIGITS } from '../digits/digits-entry.js';
import { DatasetError } from '../errors.js';
import { isAllowed } from '../fetch/addresses.js';
import { distinct, FieldFault, fieldsOf, hexadecimalOf, listOf, textOf } from './json-fields.js';

const PARTS: readonly DatasetPart[] = ['trainImages', 'trainLabels', 'testImages', 'testLabels'];
/** No separators, no dots at the ends. */
const SAFE_NAME = /^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/;
/** Windows takes these for devices. */
const DEVICE_NAME = /^(aux|con|nul|prn|com\d|lpt\d)(\.|$)/i;
/** The smallest file is one of labels, with none. */
const LEAST_BYTES = 8;
/** What is downloaded is in memory while it is checked. */
const MOST_DOWNLOADED = 2 ** 30;
const MOST_BYTES = 2 ** 50;

/**
 * A data set's entry from JSON text: `{ name, title, classNames: [...], files: { trainImages: { name, bytes, sha256 }, trainLabels,
 * testImages, testLabels }, mirrors: [...] }`, where `gzipMd5` may stand in for `sha256`. Mirrors are https addresses (or http within
 * this machine) of folders; a set with files of more than 1 GiB has none. The name must not be one that is built in.
 *
 * @param location what to call the text in an error
 * @throws DatasetError DATASET_FILE_DAMAGED with the first fault
 */
export function parseDatasetEntry(json: string, location = 'data set entry'): DatasetEntry {
  try {
    return entryOf(parsed(json));
  } catch (error) {
    if (!(error instanceof FieldFault)) throw error;
    throw new DatasetError({
      code: 'DATASET_FILE_DAMAGED',
      subject: error.path === '' ? location : `${location}, ${error.path}`,
      expected: error.expected,
      found: error.found,
    });
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new FieldFault('', 'JSON', (error as Error).message);
  }
}

function entryOf(value: unknown): DatasetEntry {
  const fields = fieldsOf('', value, ['name', 'title', 'classNames', 'files', 'mirrors']);
  const classes = listOf('classNames', fields.classNames, { least: 2, most: 256 });
  const classNames = classes.map((name, i) => textOf(`classNames[${i}]`, name));
  distinct('classNames', classNames);
  const mirrors = listOf('mirrors', fields.mirrors, { least: 0, most: 16 });
  return {
    name: newName(fields.name),
    title: textOf('title', fields.title),
    classNames,
    files: filesOf(fields.files, mirrors.length > 0 ? MOST_DOWNLOADED : MOST_BYTES),
    mirrors: mirrors.map((mirror, i) => folderAddress(`mirrors[${i}]`, mirror)),
  };
}

function newName(value: unknown): string {
  const name = safeName('name', value);
  if (name !== name.toLowerCase()) throw new FieldFault('name', 'lower-case letters', name);
  if ([...CATALOG, DIGITS].every((known) => known.name !== name)) return name;
  throw new FieldFault('name', 'a name that no built-in set has', name);
}

function filesOf(value: unknown, mostBytes: number): DatasetEntry['files'] {
  const fields = fieldsOf('files', value, PARTS);
  const files = PARTS.map(
    (part) => [part, fileOf(`files.${part}`, fields[part], mostBytes)] as const,
  );
  distinct(
    'files',
    files.map(([, file]) => file.name.toLowerCase()),
  );
  return Object.fromEntries(files) as Record<DatasetPart, DatasetFile>;
}

function fileOf(path: string, value: unknown, mostBytes: number): DatasetFile {
  const fields = fieldsOf(path, value, ['name', 'bytes'], ['sha256', 'gzipMd5']);
  const name = safeName(`${path}.name`, fields.name);
  if (/\.gz$/i.test(name)) throw new FieldFault(`${path}.name`, 'a name without .gz', name);
  const bytes = Number(fields.bytes);
  if (!Number.isInteger(fields.bytes) || bytes < LEAST_BYTES || bytes > mostBytes) {
    throw new FieldFault(`${path}.bytes`, `${LEAST_BYTES} to ${mostBytes}`, fields.bytes);
  }
  const sha256 = hexadecimalOf(`${path}.sha256`, fields.sha256, 64);
  const gzipMd5 = hexadecimalOf(`${path}.gzipMd5`, fields.gzipMd5, 32);
  if (sha256 ?? gzipMd5)
    return { name, bytes, ...(sha256 && { sha256 }), ...(gzipMd5 && { gzipMd5 }) };
  throw new FieldFault(path, 'sha256 (of the raw file) or gzipMd5 (of the .gz)', 'neither');
}

function safeName(path: string, value: unknown): string {
  const name = textOf(path, value);
  if (name.length <= 100 && SAFE_NAME.test(name) && !DEVICE_NAME.test(name)) return name;
  throw new FieldFault(path, 'a file name of letters, digits and single . _ - between them', name);
}

function folderAddress(path: string, value: unknown): string {
  const text = textOf(path, value);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isAllowed(url) || url.search !== '' || url.hash !== '') {
    throw new FieldFault(path, 'the https address of a folder', text);
  }
  return url.pathname.endsWith('/') ? url.href : `${url.href}/`;
}
