// What looks like a secret: texts of a form that providers document, and texts under names that say so. No guard finds
// everything; this one is quick, and is silent about ordinary data.
//
// Forms after: RFC 7468 (PEM), RFC 7519 (JWT), RFC 3986 §3.2.1 (passwords in URLs), and what GitHub, GitLab, AWS, Slack,
// Stripe, npm, OpenAI, Anthropic, Google and SendGrid say of their own tokens. Knows nothing of values and of files.

interface Form {
  readonly kind: string;
  readonly form: RegExp;
}

const FORMS: readonly Form[] = [
  // With its lines, as far as they go in one text.
  {
    kind: 'private key',
    form: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[^'"`])*(?:-----END [A-Z0-9 ]+-----)?/,
  },
  { kind: 'GitHub token', form: /\bgh[pousr]_[A-Za-z0-9]{36,251}|\bgithub_pat_\w{60,}/ },
  { kind: 'GitLab token', form: /\bglpat-[\w-]{20,}/ },
  { kind: 'AWS access key', form: /\bA(?:KIA|SIA)[A-Z2-7]{16}\b/ },
  {
    kind: 'Slack token',
    form: /\bxox[abeoprs]-[\w-]{10,}|https:\/\/hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{10,}/,
  },
  // Only where a run of its letters begins: from within one, every `-eyJ` would be tried up to the end of the run.
  { kind: 'JWT', form: /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/ },
  { kind: 'Stripe key', form: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/ },
  { kind: 'npm token', form: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { kind: 'API key', form: /\bsk-(?:(?:proj|svcacct|admin|ant-\w+)-[\w-]{20,}|[A-Za-z0-9]{32,})/ },
  { kind: 'Google API key', form: /\bAIza[\w-]{35}(?![\w-])/ },
  { kind: 'SendGrid key', form: /\bSG\.[\w-]{22}\.[\w-]{43}\b/ },
  {
    kind: 'password in a URL',
    form: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/?#]*:(?![<$*{])[^\s@/?#]+@[^\s@/]/i,
  },
];

/** One look that most texts end at. It starts at characters that are rare in ordinary text, which makes it twice as fast. */
const HINT =
  /[_JIG:-](?:(?<=(?:_pat|gh[pousr]|npm|[rs]k_live|[rs]k_test)_)|(?<=glpat-|xox[a-s]-|\bsk-)|(?<=-----)BEGIN |(?<=eyJ|AKI|ASI|AI)|(?<=SG)\.|(?<=:)\/\/(?:hooks\.slack|[^\s:@/?#]*:[^\s@/?#]+@))/;

/** The shortest text of one of these forms. */
const FORM_UNITS_MIN = 10;
/** Of a longer text only the start is looked at. */
const LOOKED_AT_MAX = 1 << 24;

const PASSWORD = /(?:password|passwd|passphrase|passwort|pwd)$/;
const TOKEN =
  /(?:secret|secretkey|apikey|accesskey|privatekey|signingkey|encryptionkey|masterkey|token|credential|credentials)$/;
const PLACEHOLDER =
  /^(?:\*+|x+|\.+|-+|<.*>|\$\{.*\}|\{\{.*\}\}|%.*%|\[redacted\]|redacted|change[-_ ]?me|(?:my|your)?[-_ ]?(?:password|secret|token|key)|none|null|undefined|true|false|example.*|required|optional|hidden)$/i;

/** What a name says of the texts under it. */
export type Telling = 'password' | 'secret' | undefined;

/** What the name of a property, a variable or an entry says of its text: `dbPassword`, `API_KEY`, `#token`. */
export function tellingName(name: string): Telling {
  if (name.length > 60) return undefined;
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (PASSWORD.test(plain)) return 'password';
  return TOKEN.test(plain) ? 'secret' : undefined;
}

/** The kind of secret that a text looks like by itself, or under a telling name; undefined for all others. */
export function secretKind(text: string, telling?: Telling): string | undefined {
  const form = formOf(text);
  if (form !== undefined || telling === undefined || PLACEHOLDER.test(text)) return form;
  if (telling === 'password') return text.length >= 4 && text.length <= 200 ? 'password' : undefined;
  return isRandom(text) ? 'secret' : undefined;
}

/** The kind of secret that a text looks like by its form. */
export function formOf(text: string): string | undefined {
  if (text.length < FORM_UNITS_MIN) return undefined;
  const part = text.length > LOOKED_AT_MAX ? text.slice(0, LOOKED_AT_MAX) : text;
  if (!HINT.test(part)) return undefined;
  return FORMS.find(({ form }) => form.test(part))?.kind;
}

/** All parts of a text, of code for example, that have the form of a secret. */
export function secretsIn(
  text: string,
): readonly { readonly kind: string; readonly secret: string; readonly at: number }[] {
  if (text.length < FORM_UNITS_MIN || !HINT.test(text)) return [];
  return FORMS.flatMap(({ kind, form }) =>
    [...text.matchAll(new RegExp(form, `${form.flags}g`))].map(({ 0: secret, index: at }) => ({
      kind,
      secret,
      at,
    })),
  );
}

const RANDOM_UNITS_MIN = 16;
const BITS_MIN = 3;

// Without blanks, of more than one sort of letters, and no few of them again and again.
function isRandom(text: string): boolean {
  if (text.length < RANDOM_UNITS_MIN || text.length > 4096 || /\s/.test(text)) return false;
  if (/^(?:https?|file|node|data):/.test(text) || /^\d{4}-\d\d-\d\dT/.test(text)) return false;
  const sorts = [/[a-z]/, /[A-Z]/, /\d/].filter((sort) => sort.test(text)).length;
  if (sorts < 2 || /^[A-Za-z]+(?:[-_.][A-Za-z]+)*\d{0,4}$/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const unit of text) counts.set(unit, (counts.get(unit) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits >= BITS_MIN;
}

/** Names that an environment has, on one system or another. */
const ENVIRONMENT = new Set(
  (
    'PATH HOME USER SHELL PWD LANG TERM LOGNAME OLDPWD SHLVL HOSTNAME TMPDIR EDITOR SSH_AUTH_SOCK DISPLAY ' +
    'XDG_RUNTIME_DIR USERPROFILE USERNAME APPDATA COMPUTERNAME TEMP WINDIR PATHEXT COMSPEC SYSTEMROOT NODE_ENV'
  ).split(' '),
);
const ENVIRONMENT_NAMES_MIN = 4;

/** True for keys such as those of `process.env`. */
export function isEnvironment(keys: Iterable<unknown>): boolean {
  let found = 0;
  for (const key of keys) {
    if (typeof key === 'string' && ENVIRONMENT.has(key.toUpperCase()) && ++found >= ENVIRONMENT_NAMES_MIN)
      return true;
  }
  return false;
}
