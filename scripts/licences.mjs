// Lists the packages whose code is in the build: dist/LICENCES.txt, with their licences, where each comes from, and the hash of the
// archive that was installed, as package-lock.json has it. Refuses a licence that is not among those below.
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
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const packages = [...folders].sort().map((folder) => read(root, folder, locked[folder]));
  const head = `brine is under the MIT licence (see LICENSE). Its build has code of these ${packages.length} packages in it, each as the npm
registry has it under that name, version and hash:\n\n`;
  const list = packages
    .map(({ name, version, licence, home, hash }) => `${name} ${version} (${licence})\n  ${home}\n  ${hash}`)
    .join('\n');
  const texts = packages
    .map(({ name, version, text }) => `${'='.repeat(80)}\n${name} ${version}\n\n${text.trim()}\n`)
    .join('\n');
  writeFileSync(target, `${head}${list}\n\n${texts}`);
}

function packageFolder(input) {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function read(root, folder, locked) {
  const { name, version, license, author, repository, homepage } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  );
  const licence = typeof license === 'string' ? license : license?.type;
  if (!ALLOWED.has(licence))
    throw new Error(`${name} is under ${licence ?? 'no licence'}: look at it before it is bundled`);
  const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? undefined : readFileSync(join(root, folder, file), 'utf8');
  if (locked?.version !== version) throw new Error(`${name} is not what package-lock.json has: npm ci`);
  return {
    name,
    version,
    licence,
    home: homeOf(repository) ?? homepage ?? '(gives no address)',
    hash: locked.integrity,
    text: text ?? `${licence}, ${typeof author === 'string' ? author : (author?.name ?? 'its authors')}`,
  };
}

// `{ url }`, an address, or `owner/name` of GitHub.
function homeOf(repository) {
  const address = typeof repository === 'string' ? repository : repository?.url;
  if (address === undefined) return undefined;
  if (/^[\w-]+\/[\w.-]+$/.test(address)) return `https://github.com/${address}`;
  return address
    .replace(/^git\+/, '')
    .replace(/^git@([^:]+):/, 'https://$1/')
    .replace(/^(git|ssh):\/\/(git@)?/, 'https://')
    .replace(/^github:/, 'https://github.com/')
    .replace(/\.git$/, '');
}
