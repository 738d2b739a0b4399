// Goal: what looks like a secret is found by its form or its name, wherever it hangs, with its path and never with its text;
// ordinary data is not; what is taken out is in no byte of the file; looking costs little.
// Method: a table of forms made up here, a table of ordinary data, values of every holder; saved bytes are searched.

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dumps, loads } from '../../src/library/index.js';
import type { Inspection } from '../../src/library/inspection.js';
import { Pickler } from '../../src/library/pickler.js';
import { isEnvironment, secretKind, secretsIn, tellingName } from '../../src/library/secrets/patterns.js';

/** Letters and digits that no provider ever gave out. */
const noise = (length: number): string =>
  Array.from({ length }, (_, i) => 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7'[(i * 7 + length) % 27]).join('');
const upper = (length: number): string =>
  noise(length * 3)
    .toUpperCase()
    .replace(/[^A-Z2-7]/g, '')
    .slice(0, length);

/** `[kind, text]`; put together here, so that no scanner takes this file for a leak. */
const FORMS: readonly (readonly [string, string])[] = [
  ['private key', `-----BEGIN ${'RSA PRIVATE'} KEY-----\n${noise(64)}\n-----END ${'RSA PRIVATE'} KEY-----`],
  ['private key', `${'-----BEGIN '}OPENSSH PRIVATE KEY-----`],
  ['private key', `${'-----BEGIN '}PRIVATE KEY-----`],
  ['GitHub token', `ghp${'_'}${noise(36)}`],
  ['GitHub token', `github${'_pat_'}${noise(22)}_${noise(59)}`],
  ['GitLab token', `glpat${'-'}${noise(20)}`],
  ['AWS access key', `AKIA${upper(16)}`],
  ['Slack token', `xoxb${'-'}123456789012-${noise(24)}`],
  ['Slack token', `https://hooks.slack${'.com/services/'}T0123ABCD/B0123ABCD/${noise(24)}`],
  ['JWT', `eyJ${noise(20)}.eyJ${noise(30)}.${noise(43)}`],
  ['Stripe key', `sk${'_live_'}${noise(24)}`],
  ['npm token', `npm${'_'}${noise(36)}`],
  ['API key', `sk${'-'}${noise(48)}`],
  ['API key', `sk${'-proj-'}${noise(60)}`],
  ['API key', `sk${'-ant-api03-'}${noise(60)}`],
  ['Google API key', `AIza${noise(35)}`],
  ['SendGrid key', `SG.${noise(22)}.${noise(43)}`],
  ['password in a URL', 'postgres://app:s3cr3t@db.lab:5432/main'],
  ['password in a URL', 'https://user:pass1234@example.org/path'],
  ['password in a URL', 'redis://:hunter22@cache:6379'],
];

describe('forms', () => {
  for (const [kind, text] of FORMS) {
    test(`${kind}: ${text.slice(0, 8)}…`, () => {
      expect(secretKind(text)).toBe(kind);
      expect(secretKind(`before ${text} after`)).toBe(kind);
    });
  }
});

test('names tell', () => {
  for (const name of ['password', 'dbPassword', 'DB_PASSWD', 'user-pwd', '#passphrase'])
    expect(tellingName(name), name).toBe('password');
  for (const name of [
    'apiKey',
    'API_KEY',
    'client_secret',
    'accessToken',
    'token',
    'privateKey',
    'credentials',
  ])
    expect(tellingName(name), name).toBe('secret');
  for (const name of [
    'passwordHint',
    'tokens',
    'tokenType',
    'secretary',
    'key',
    'keyboard',
    'tokenizer',
    'passed',
    'id',
  ])
    expect(tellingName(name), name).toBeUndefined();
  expect(secretKind('hunter2', 'password')).toBe('password');
  expect(secretKind(noise(32), 'secret')).toBe('secret');
});

/** Values under telling names that are no secrets. */
const HARMLESS: readonly string[] = [
  ...[
    '',
    '***',
    '********',
    '<password>',
    '${DB_PASSWORD}',
    '{{ token }}',
    '[redacted]',
    'changeme',
    'your-token',
  ],
  ...['none', 'required', 'password', 'Bearer', 'identifier', 'StringLiteral', 'a b c d e f g h i j k l m n'],
];

test('placeholders and words are no secrets, whatever their name', () => {
  for (const text of HARMLESS) {
    expect(secretKind(text, 'secret'), text).toBeUndefined();
    if (/^[*<$[{]|^$|^(?:none|required|password|changeme)$/.test(text))
      expect(secretKind(text, 'password'), text).toBeUndefined();
  }
});

/** Data as people have it. */
function ordinaryData(): unknown {
  const words =
    'the quick brown fox jumps over a lazy dog while an ask-me-anything risk-free desk-lamp sk-learn is on'.split(
      ' ',
    );
  return {
    users: Array.from({ length: 500 }, (_, i) => ({
      id: i,
      uuid: `9b2f${String(i).padStart(4, '0')}-3c1a-4f5e-9d7b-2a6c8e0f1b3d`,
      name: `${words[i % words.length]} ${words[(i * 7) % words.length]}`,
      email: `user${i}@example.org`,
      at: new Date(1_700_000_000_000 + i).toISOString(),
      hash: noise(40).toLowerCase(),
      url: `https://example.org/users/${i}?page=2#top`,
      mail: `mailto:someone@example.org?subject=a:b@c`,
      tokenCount: `${i}`,
      kind: 'token',
      text: words.join(' '),
    })),
    html: '<a href="https://example.org:8080/a@b">x</a>',
    base64: Buffer.from('some text that is long enough to be looked at').toString('base64'),
    pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----',
    ast: { type: 'Token', token: 'Identifier', key: { type: 'StringLiteral', value: 'password' } },
    i18n: { password: '', passwordHint: 'Enter your password', token: 'Jeton' },
    settings: { PATH: '/usr/bin', HOME: '/root', color: 'red', lang: 'en' },
    sha: 'sha512-Lf6vSg1yWvVnq9E2r8pVn9s0dDq4m0Jm3zTjC5w8yqVZq0sJ8nO8H6yVYg5y3pVQ2v3qC2cE2Xy0l5kD6m3sCg==',
    css: 'sk-fading-circle sk-circle12',
    module: 'npm_config_registry',
  };
}

test('ordinary data has none', () => {
  const found: unknown[] = [];
  dumps(ordinaryData(), { onSecret: (secret) => void found.push(secret) });
  expect(found).toEqual([]);
  expect(loads<Inspection>(dumps(ordinaryData()), { mode: 'inspect' }).secrets).toEqual([]);
});

/** Values with one secret each: `[where, value]`. */
function holders(): readonly (readonly [string, string, unknown])[] {
  const token = FORMS[3]![1];
  const make = (apiKey: string) => () => apiKey.length;
  class Client {
    #token: string;
    constructor(text: string) {
      this.#token = text;
    }
    size(): number {
      return this.#token.length;
    }
  }
  return [
    ['a root', '', token],
    ['a property', '.a.b', { a: { b: token } }],
    ['an element', '[1]', ['x', token]],
    ['an entry of a Map', '.m.get("x")', { m: new Map([['x', token]]) }],
    ['a key of a Map', '.m → key', { m: new Map([[token, 1]]) }],
    ['an entry under a telling key', '.m.get("apiKey")', { m: new Map([['apiKey', token]]) }],
    ['an element of a Set', '.s[0]', { s: new Set([token]) }],
    ['a private field', '.#token', new Client(token)],
    ['a variable', ' → captures apiKey', make(token)],
    [
      'a large object',
      '.k777',
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i === 777 ? token : 'v'])),
    ],
    ['an error', '.message', Object.assign(new Error(token), { stack: '' })],
    [
      'an array of many',
      '[4321].key',
      Array.from({ length: 5000 }, (_, i) => ({ id: i, key: i === 4321 ? token : `t${i}` })),
    ],
  ];
}

describe('holders', () => {
  for (const [where, path, value] of holders()) {
    const token = FORMS[3]![1];
    test(`${where}: told with its path, taken out of every byte, and listed`, () => {
      const told: { path: string; kind: string }[] = [];
      const kept = dumps(value, { onSecret: (secret) => void told.push(secret) });
      expect(told.map((one) => one.path)).toContain(path);
      expect(told.every(({ kind }) => kind === 'GitHub token')).toBe(true);
      expect(Buffer.from(kept).includes(token)).toBe(true);
      const taken = dumps(value, { onSecret: () => true });
      expect(Buffer.from(taken).includes(token)).toBe(false);
      expect(Buffer.from(taken).includes('[redacted]')).toBe(true);
      const { secrets } = loads<Inspection>(kept, { mode: 'inspect' });
      expect(secrets.map(({ kind }) => kind)).toContain('GitHub token');
      expect(secrets[0]?.path).toBe(path);
      expect(JSON.stringify(secrets)).not.toContain(token.slice(0, 12));
      expect(loads<Inspection>(taken, { mode: 'inspect' }).secrets).toEqual([]);
    });
  }
});

test('taking one out leaves everything beside it as it was', () => {
  const password = 'hunter22';
  const value = {
    db: { password, user: 'app' },
    note: password,
    list: [{ password: 'other-one' }, { password: '' }, { password: null }, { password }],
  };
  const copy = loads(dumps(value, { onSecret: ({ path }) => path.startsWith('.db') })) as typeof value;
  expect(copy).toEqual({ ...value, db: { password: '[redacted]', user: 'app' } });
});

test('a copy of the environment is found as one, also in a Map, and taken out whole', () => {
  const environment = {
    PATH: '/usr/bin',
    HOME: '/home/a',
    USER: 'a',
    SHELL: '/bin/sh',
    MY_VAR: 'mine-alone-1',
  };
  expect(isEnvironment(Object.keys(environment))).toBe(true);
  for (const value of [
    environment,
    new Map(Object.entries(environment)),
    { ...process.env, ...environment },
  ]) {
    const told: unknown[] = [];
    const bytes = dumps({ held: value }, { onSecret: (secret) => told.push(secret) > 0 });
    expect(told).toEqual([{ path: '.held', kind: 'copy of the environment' }]);
    expect(Buffer.from(bytes).includes('mine-alone-1')).toBe(false);
  }
});

test('keys of Node are told, public ones are not', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const told: unknown[] = [];
  const bytes = dumps({ publicKey, privateKey }, { onSecret: (secret) => void told.push(secret) });
  expect(told).toEqual([{ path: '.privateKey', kind: 'private key' }]);
  expect(loads<Inspection>(bytes, { mode: 'inspect' }).secrets).toMatchObject([{ path: '.privateKey' }]);
});

describe('buffers', () => {
  const pem = `${'-----BEGIN '}PRIVATE KEY-----\n${noise(64)}\n${noise(40)}\n-----END PRIVATE KEY-----\n`;
  const token = FORMS[3]![1];

  test('that hold a key file or a token are told with their paths, and what is taken out is in no byte', () => {
    const value = {
      file: Buffer.from(`before\n${pem}after\n`.padEnd(9000)),
      pooled: Buffer.from(`Authorization: ${token}`),
      beside: Buffer.from('on the same pool'),
      bytes: new TextEncoder().encode(pem),
      memory: new Uint8Array(Buffer.from(token)).buffer,
      list: [new DataView(new Uint8Array(Buffer.from(pem)).buffer)],
    };
    const told: { path: string; kind: string }[] = [];
    const bytes = dumps(value, { onSecret: (secret) => void told.push(secret) });
    const inspected = loads<Inspection>(bytes, { mode: 'inspect' }).secrets;
    expect(told.map(({ path }) => path.split(/[ .]/)[1]).sort()).toEqual([
      'bytes',
      'file',
      'list[0]',
      'memory',
      'pooled',
    ]);
    expect(told.map(({ kind }) => kind).sort()).toEqual([
      'GitHub token',
      'GitHub token',
      'private key',
      'private key',
      'private key',
    ]);
    expect(inspected.length).toBe(5);
    expect(loads(bytes)).toEqual(value);
    const clean = dumps(value, { secrets: 'redact' });
    for (const secret of [token, token.slice(6), noise(64), noise(40), 'BEGIN PRIVATE'])
      expect(Buffer.from(clean).includes(secret)).toBe(false);
    const copy = loads(clean) as typeof value;
    expect(copy.file.toString().trimEnd()).toBe(`before\n${'X'.repeat(pem.length - 1)}\nafter`);
    expect(copy.pooled.toString()).toBe(`Authorization: ${'X'.repeat(token.length)}`);
    expect(copy.beside.toString()).toBe('on the same pool');
    expect(value.pooled.toString()).toContain(token);
  });

  test('that do not read as text are passed over, and of long ones the start is looked at', () => {
    const paths = (value: unknown): number => {
      let count = 0;
      dumps(value, { onSecret: () => void count++ });
      return count;
    };
    const binary = Buffer.alloc(20_000);
    binary.write(pem, 600);
    expect(paths(binary)).toBe(0);
    expect(paths(Buffer.from('x '.repeat(400_000) + token))).toBe(1);
    expect(paths(Buffer.from('x '.repeat(600_000) + token))).toBe(0);
    expect(paths(new Float64Array(1000))).toBe(0);
  });
});

test('options of dumps: refused, taken out by path, no secret after all, too large', () => {
  const token = FORMS[3]![1];
  const value = { a: { token }, b: { token } };
  const told = (options: object): unknown => {
    try {
      return loads(dumps(value, options));
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(told({})).toEqual(value);
  expect(told({ secrets: 'refuse' })).toBe('PICKLE_SECRET');
  expect(told({ secrets: 'refuse', notSecret: ['*.token'] })).toEqual(value);
  expect(told({ secrets: 'ignore', onSecret: () => true })).toEqual(value);
  expect(told({ secrets: 'redact', redact: ['.a.*'] })).toEqual({ a: { token: '[redacted]' }, b: { token } });
  expect(told({ secrets: 'redact', notSecret: ['.a.token'] })).toEqual({
    a: { token },
    b: { token: '[redacted]' },
  });
  expect(told({ bytesMax: 100 })).toBe('PICKLE_SIZE');
  expect(told({ bytesMax: 10_000 })).toEqual(value);
  for (const wrong of [{ secrets: 'no' }, { redact: 'a' }, { notSecret: [1] }, { bytesMax: 0 }])
    expect(told(wrong)).toBe('PICKLE_OPTION');
  expect(() => dumps(value, { secrets: 'refuse' })).toThrow(
    /^\.a\.token looks like a secret \(GitHub token\), and 1 more; nothing was saved/,
  );
  const refusing = new Pickler({ secrets: 'refuse', notSecret: ['.a.token', '.b.token'] });
  expect(loads(refusing.dumps(value))).toEqual(value);
});

test('a key written into code is taken out with its lines', () => {
  const pem = `${'-----BEGIN '}PRIVATE KEY-----\\n${noise(64)}\\n-----END PRIVATE KEY-----`;
  const fn = new Function(`return function sign() { return "${pem}".length }`)() as () => number;
  const bytes = dumps({ fn }, { secrets: 'redact' });
  for (const part of [noise(64), 'BEGIN PRIVATE', 'END PRIVATE'])
    expect(Buffer.from(bytes).includes(part)).toBe(false);
});

test('a secret written into code is told and can be taken out; the code runs as before', () => {
  const token = FORMS[3]![1];
  const fn = new Function(`return function send() { return "${token}".length }`)() as () => number;
  const told: { path: string }[] = [];
  const bytes = dumps({ fn }, { onSecret: (secret) => told.push(secret) > 0 });
  expect(told).toEqual([{ path: 'code of function send', kind: 'GitHub token' }]);
  expect(Buffer.from(bytes).includes(token)).toBe(false);
  expect((loads(bytes) as { fn: () => number }).fn()).toBe(token.length);
});

test('a secret deep in a long text is found, one behind the last character that is looked at is not', () => {
  const token = ` ghp_${'a1B2'.repeat(9)} `;
  expect(secretKind('x '.repeat(500_000) + token)).toBe('GitHub token');
  expect(secretKind('x'.repeat(2 ** 24) + token)).toBe(undefined);
});

test('texts made to be slow to look at are not', () => {
  // Trying each beginning up to the end of the text would take minutes.
  for (const part of [
    '-eyJ',
    '.eyJ',
    '.eyJabcdefghij',
    '://a:',
    '-----BEGIN A ',
    '-sk-ant-a',
    '.github_pat_',
  ]) {
    const text = part.repeat(1_000_000 / part.length);
    const start = process.cpuUsage();
    secretsIn(text);
    secretKind(text, 'secret');
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000, part).toBeLessThan(3000);
  }
});
