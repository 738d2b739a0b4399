// What each flag of a command at the prompt does, for `.help save`. Knows nothing of how commands are run.

/** Flags that several commands have, with the same meaning. */
const JSON_FLAG = { json: 'print JSON' };
const EXCLUDE = { 'exclude <names>': 'leave these names out; * and ? stand for any text and any character' };
const EMBED = {
  'embed <package>': 'take what comes from this package by value, so that it need not be installed there',
};
const ENCRYPT = { encrypt: 'encrypt the file with the passphrase in BRINE_PASSPHRASE' };
const NO_OUTPUTS = { 'no-outputs': 'leave out what the cells showed' };
const TITLE = { 'title <text>': 'of an export: what it is called; default: the name of the file' };
const REDACT = { redact: 'take out what looks like a secret' };
const FORCE_BACK = { force: 'go although something would be lost that no snapshot can hold' };

/** By the name of the command: each flag as it is typed, without dashes, and what it does. */
export const FLAG_HELP: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  save: {
    ...EXCLUDE,
    'max-size <size>': 'leave the largest names out until the file is no larger: 100MB',
    ...EMBED,
    'by-reference <pattern>': 'save what comes from these files of yours by name: src/models/**',
    'redact[=<paths>]': 'take out what looks like a secret, or only what is found at these paths',
    merge: 'when somebody else has saved there: take in what only theirs has, then save',
    overwrite: 'replace what somebody else saved there, or a file that is no snapshot',
    sign: 'sign it for others: who trusts your key can load it with its code',
    ...ENCRYPT,
    ...NO_OUTPUTS,
    'note <text>': 'what you say to whoever opens it',
    'compress[=<how>]': 'make the file smaller: deflate, brotli or zstd; brotli when nothing is said',
    verify: 'load it in a process of its own afterwards, and compare',
    strict: 'save nothing when something cannot be saved',
    ...TITLE,
    ...JSON_FLAG,
  },
  load: {
    replace: 'drop the names that are here first',
    take: 'names that are here too get the value of the file',
    keep: 'names that are here too stay as they are',
    'as <name>': 'put the names on one object: old.a',
    'dry-run': 'say what would come, load nothing',
    'run-pins': 'run the expressions of the file that make values again, without asking',
    'class-conflict <way>':
      'a class that is here too: stored keeps that of the file, current takes the one here, migrate calls its static method',
    eager: 'read all values now, not when they are touched',
    salvage: 'of a damaged file, load what is whole',
    data: 'open it as data: nothing of it runs',
    'allow <name>': 'open it as data, and let it have this: intrinsic:Math.max, module:acorn#parse',
    trust: 'let it run its code, whoever signed it',
    import: 'take the plain data of a JSON file or a Python pickle, without asking',
    strict: 'load nothing when something is missing',
    ...JSON_FLAG,
  },
  sessions: { 'i, --interactive': 'pick one to load with the arrow keys', ...JSON_FLAG },
  inspect: {
    all: 'look into all values, however large the file is; default: into 4 MiB of them',
    code: 'print all code in full',
    ...JSON_FLAG,
  },
  trust: { remove: 'trust them no more', ...JSON_FLAG },
  undo: { ...FORCE_BACK, ...JSON_FLAG },
  redo: { ...FORCE_BACK, ...JSON_FLAG },
  rollback: { ...FORCE_BACK, ...JSON_FLAG },
  recover: {
    list: 'list what there is, bring nothing back',
    drop: 'forget it',
    replay: 'run the cells again that came after the snapshot',
    trust: 'let it run its code, although another key signed it',
    salvage: 'in a pipe: of a damaged snapshot, take what is whole',
    ...JSON_FLAG,
  },
  repair: {
    'in-place': 'put the new file in the place of the damaged one, which is kept beside it',
    force: 'replace a new file that exists',
    trust: 'sign what survives as yours, so that its code runs when it is loaded',
    ...JSON_FLAG,
  },
  verify: { replay: 'run the inputs again in a process of its own, and compare the names', ...JSON_FLAG },
  vars: {
    'i, --interactive': 'look around in the values with the arrow keys',
    size: 'say what each takes as a save writes it',
    ...JSON_FLAG,
  },
  jobs: {
    'collect <id>': 'put the results of this job into a name; --as says which',
    'as <name>': 'the name for the results of --collect',
    'forget <id>': 'remove a job with its results',
    ...JSON_FLAG,
  },
  exclude: { not: 'save these names again', ...JSON_FLAG },
  pin: { run: 'run the expression now', ...JSON_FLAG },
  history: { full: 'print cells of several lines in full', ...JSON_FLAG },
  edit: { new: 'begin with an empty cell', ...JSON_FLAG },
  export: { ...TITLE, ...NO_OUTPUTS, overwrite: 'replace a file that no export made', ...JSON_FLAG },
  share: {
    'note <text>': 'what you say to whoever opens it',
    'author <name>': 'who you are; default: your user name and machine',
    ...EXCLUDE,
    ...EMBED,
    ...REDACT,
    'with-secrets': 'write it although something in it looks like a secret',
    ...ENCRYPT,
    ...NO_OUTPUTS,
    overwrite: 'replace a file that is there',
    ...JSON_FLAG,
  },
};

/** The flags of a command with what they do, as rows of `.help`. */
export function flagRows(name: string, flags: readonly string[]): readonly (readonly string[])[] {
  const known = FLAG_HELP[name] ?? (flags.includes('json') ? JSON_FLAG : {});
  return Object.entries(known).map(([flag, text]) => [
    `  ${flag.startsWith('i, ') ? '-' : '--'}${flag}`,
    text,
  ]);
}
