// Copies a large file to a server and back, and prints by how much this process grew at most.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { copyStored, fileStore, httpStore } from '../../dist/stores.js';

const [, , folder, address] = process.argv;
const files = fileStore(folder);
const far = httpStore(address);
await far.stat('nothing');
const before = process.memoryUsage.rss();
let most = before;
const look = () => {
  most = Math.max(most, process.memoryUsage.rss());
};
await copyStored({ store: files, key: 'large.bin' }, { store: far, key: 'large.bin' }, { onProgress: look });
await copyStored({ store: far, key: 'large.bin' }, { store: files, key: 'back.bin' }, { onProgress: look });
const hash = async (name) => {
  const sum = createHash('sha256');
  for await (const piece of createReadStream(join(folder, name))) sum.update(piece);
  return sum.digest('hex');
};
const isSame = (await hash('large.bin')) === (await hash('back.bin'));
console.log(JSON.stringify({ growthBytes: most - before, isSame }));
