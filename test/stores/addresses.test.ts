// Goal: what people type leads to the place they mean, and no password in it is ever shown.
// Method: a table of addresses with their parts; another with passwords, of which nothing may show in any error.

import { expect, test } from 'vitest';
import { BrineError } from '../../src/errors.js';
import { readAddress } from '../../src/stores/addresses.js';
import { isAddress, openStore, shownAddress } from '../../src/stores/index.js';
import { errorOf } from '../store/sample.js';

const PARTS = [
  ['redis://host/work', 'redis', 'redis://host', 'work', undefined],
  ['redis://host:7000/lab/work', 'redis', 'redis://host:7000', 'lab/work', undefined],
  ['rediss://u:p@host/2/work', 'redis', 'rediss://u:p@host/2', 'work', undefined],
  ['redis://host/2', 'redis', 'redis://host', '2', undefined],
  ['s3://lab/a/work.pkl', 's3', 'lab', 'a/work.pkl', undefined],
  ['https://host/dir/work.pkl?sig=1', 'http', 'https://host/dir/?sig=1', 'work.pkl', undefined],
  ['http://host/work.pkl#x', 'http', 'http://host/', 'work.pkl', undefined],
  ['sqlite:lab.db#work', 'sqlite', 'lab.db', 'work', undefined],
  ['sqlite:/tmp/lab.db#a/work@12', 'sqlite', '/tmp/lab.db', 'a/work', 12],
  ['unstorage+github:work', 'unstorage', 'github', 'work', undefined],
] as const;

test.for(PARTS)('%s is taken apart', ([address, scheme, place, key, generation]) => {
  expect(isAddress(address)).toBe(true);
  expect(readAddress(address)).toMatchObject({ scheme, place, key, generation });
});

test('options of a driver follow the question mark', () => {
  expect(readAddress('unstorage+github:work?repo=me%2Fx&branch=main').options).toEqual({
    repo: 'me/x',
    branch: 'main',
  });
});

test.for([
  'work',
  'work@2',
  'work.pkl',
  './a:b',
  'C:\\work.pkl',
  'c:/work.pkl',
  'file.db#work',
  'ftp://host/x',
])('%s is no address', (word) => {
  expect(isAddress(word)).toBe(false);
  expect(shownAddress(word)).toBe(word);
});

test.for([
  'redis://host',
  'redis:///work',
  's3://bucket',
  'https://host/',
  'sqlite:lab.db',
  'sqlite:#work',
  'sqlite:lab.db#work@0',
  'unstorage+github:',
  'redis://ho st/work',
])('%s is refused, with an example', async (address) => {
  const error = await errorOf(() => openStore(address));
  expect(error).toMatchObject({ code: 'STORE_ADDRESS' });
  expect((error as BrineError).hint).toMatch(/:/u);
});

const SECRETS = [
  ['redis://:hunter2@127.0.0.1:1/work', 'redis://:***@127.0.0.1:1/work'],
  ['redis://me:hunter2@127.0.0.1:1/work', 'redis://me:***@127.0.0.1:1/work'],
  ['redis://me:hunt/er2@ho st/work', 'redis://***@ho st/work'],
  ['redis://me:x@hunter2@127.0.0.1:1/work', 'redis://me:***@127.0.0.1:1/work'],
  ['http://me:hunter2@127.0.0.1:1/work.pkl', 'http://me:***@127.0.0.1:1/work.pkl'],
  ['http://127.0.0.1:1/work.pkl?token=hunter2', 'http://127.0.0.1:1/work.pkl?…'],
  ['http://me:hunter2@127.0.0.1:1/', 'http://me:***@127.0.0.1:1/'],
  ['unstorage+github:work?token=hunter2', 'unstorage+github:work?…'],
  ['unstorage+nothing-like-it:work?token=hunter2', 'unstorage+nothing-like-it:work?…'],
] as const;

test.for(SECRETS)('%s is shown without its secret', async ([address, shown]) => {
  expect(shownAddress(address)).toBe(shown);
  const error = (await errorOf(async () => {
    const { store, key } = await openStore(address);
    expect(store.name).not.toMatch(/hunt/u);
    try {
      await store.read(key, { offset: 0, length: 1 });
    } finally {
      await store.close();
    }
  })) as BrineError;
  expect(error).toBeInstanceOf(BrineError);
  if (/^redis.*127/u.test(address)) expect(error.message).toContain('nobody answers there');
  for (const text of [error.message, error.hint, error.path]) expect(text ?? '').not.toMatch(/hunt/u);
});

test('S3 says which keys it needs', async () => {
  const error = await errorOf(() => openStore('s3://lab/work.pkl', { environment: {} }));
  expect(error).toMatchObject({ code: 'STORE_ADDRESS' });
  expect((error as BrineError).hint).toContain('AWS_ACCESS_KEY_ID');
});

test('a driver that unstorage has not is told apart from a package that is missing', async () => {
  const error = await errorOf(() => openStore('unstorage+no-such:work'));
  expect(error).toMatchObject({ code: 'STORE_ADDRESS', message: 'unstorage has no driver no-such' });
});

test('a word of no kind of store is told which kinds there are', async () => {
  const error = await errorOf(() => openStore('ftp://host/x'));
  expect((error as BrineError).hint).toContain('sqlite:');
});
