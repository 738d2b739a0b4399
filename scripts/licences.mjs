// Lists the packages whose code is in the build, with their licences: dist/LICENCES.txt. Refuses what nobody has looked at: a licence
// that is not among those below, or a package that brings no text of its own.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Licences that allow their code to be part of this one when their text goes along. */
const ALLOWED = new Set([
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'MIT-0',
]);

/** Writes the list for the files that went into a build, named from the root. */
export function writeLicences(root, inputs, target) {
  const folders = new Set(inputs.flatMap((input) => packageFolder(input) ?? []));
  const packages = [...folders].sort().map((folder) => read(root, folder));
  const head = `brine is under the MIT licence (see LICENSE). Its build has code of these ${packages.length} packages in it:\n\n`;
  const list = packages.map(({ name, version, licence }) => `${name} ${version} (${licence})`).join('\n');
  const texts = packages
    .map(({ name, version, text }) => `${'='.repeat(80)}\n${name} ${version}\n\n${text.trim()}\n`)
    .join('\n');
  writeFileSync(target, `${head}${list}\n\n${texts}`);
}

function packageFolder(input) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function read(root, folder) {
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  );
  const licence = typeof license === 'string' ? license : license?.type;
  if (!ALLOWED.has(licence))
    throw new Error(`${name} is under ${licence ?? 'no licence'}: look at it before it is bundled`);
  const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? undefined : readFileSync(join(root, folder, file), 'utf8');
  return {
    name,
    version,
    licence,
    text: text ?? `${licence}, ${typeof author === 'string' ? author : (author?.name ?? 'its authors')}`,
  };
}
