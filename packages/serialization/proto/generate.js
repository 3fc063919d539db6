// Writes src/onnx/generated/onnx_pb.ts from onnx.proto; with --check it only tells whether the file is that one.
// The compiler is protobufjs's parser, which hands a descriptor to protoc-gen-es: protoc and buf are binaries of 90 MB.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const PROTO = here('onnx.proto');
const OUT = here('../src/onnx/generated/onnx_pb.ts');
const NAME = 'onnx.proto';

const { root } = protobuf.parse(readFileSync(PROTO, 'utf8'), new protobuf.Root(), {
  keepCase: true,
});
const set = fromBinary(
  FileDescriptorSetSchema,
  descriptor.FileDescriptorSet.encode(root.resolveAll().toDescriptor('proto3')).finish(),
);
const files = set.file.filter((file) => file.package === 'onnx');
files[0].name = NAME;
for (const message of files[0].messageType) nameTypes(message, `.onnx.${message.name}`);
const request = create(CodeGeneratorRequestSchema, {
  fileToGenerate: [NAME],
  parameter: 'target=ts',
  protoFile: files,
});
const plugin = createRequire(import.meta.url).resolve('@bufbuild/protoc-gen-es/package.json');
const answer = execFileSync(
  process.execPath,
  [plugin.replace('package.json', 'bin/protoc-gen-es')],
  { input: toBinary(CodeGeneratorRequestSchema, request) },
);
const { error, file } = fromBinary(CodeGeneratorResponseSchema, answer);
if (error) throw new Error(error);
const text = execFileSync(
  'npx',
  ['--no-install', 'biome', 'check', '--write', '--stdin-file-path=onnx_pb.ts'],
  { input: file[0].content, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] },
);
if (process.argv.includes('--check')) {
  if (readFileSync(OUT, 'utf8') !== text) {
    process.stderr.write(`${OUT} is not what onnx.proto says; run \`pnpm proto\` in its package\n`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(OUT, text);
}

/** The compiler wants whole names of types, and names for JSON; protobufjs gives short ones, of the message itself or of the package. */
function nameTypes(message, scope) {
  const own = new Set([...message.nestedType, ...message.enumType].map(({ name }) => name));
  for (const field of message.field) {
    field.jsonName = protobuf.util.camelCase(field.name);
    if (!field.typeName || field.typeName.startsWith('.')) continue;
    field.typeName = `${own.has(field.typeName) ? scope : '.onnx'}.${field.typeName}`;
  }
  for (const nested of message.nestedType) nameTypes(nested, `${scope}.${nested.name}`);
}
