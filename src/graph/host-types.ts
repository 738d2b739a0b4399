// What the parts of a value of kind `host` are, by its type. The names are those of the file: append only.

const INTL = 'locale, then a name and a value for each option';
const TEMPORAL = 'its text as `toString` gives it';

/** The types of kind `host` and what their parts are. */
export const HOST_TYPES = {
  DOMException: 'message, name',
  Blob: 'buffer, media type',
  File: 'buffer, media type, name, milliseconds since the epoch',
  URLSearchParams: 'text, the URL whose query it is or undefined',
  Headers: 'a name and a value for each line',
  FormData: 'a name and a value for each entry: a string or a File',
  Request: 'URL, method, headers, body or null, then a name and a value for each option',
  Response: 'status, status text, headers, body or null',
  TextEncoder: 'none',
  TextDecoder: 'encoding, fatal, ignoreBOM',
  Event: 'type, bubbles, cancelable, composed',
  CustomEvent: 'type, bubbles, cancelable, composed, detail',
  EventTarget:
    'type, listener and flags of each listener: 1 once, 2 capture, 4 passive, 32 the handler `on…`',
  AbortSignal: 'aborted, reason, then as of EventTarget',
  AbortController: 'signal',
  KeyObject: 'type, bytes: raw, or DER as SPKI or PKCS #8',
  AsyncLocalStorage: 'name',
  PerformanceMark: 'name, start time, detail',
  PerformanceMeasure: 'name, start time, duration, detail',
  Dirent: 'name, path of its folder, type as a number of Node',
  CryptoKey: 'type, bytes as of KeyObject, algorithm as JSON, usages in one text',
  URLPattern: 'protocol, username, password, hostname, port, pathname, search, hash, ignoreCase',
  ByteLengthQueuingStrategy: 'high-water mark',
  CountQueuingStrategy: 'high-water mark',
  StringDecoder: 'encoding, bytes of its state',
  'Intl.Collator': INTL,
  'Intl.DateTimeFormat': INTL,
  'Intl.DisplayNames': INTL,
  'Intl.DurationFormat': INTL,
  'Intl.ListFormat': INTL,
  'Intl.Locale': 'its tag',
  'Intl.NumberFormat': INTL,
  'Intl.PluralRules': INTL,
  'Intl.RelativeTimeFormat': INTL,
  'Intl.Segmenter': INTL,
  'Temporal.Duration': TEMPORAL,
  'Temporal.Instant': TEMPORAL,
  'Temporal.PlainDate': TEMPORAL,
  'Temporal.PlainDateTime': TEMPORAL,
  'Temporal.PlainMonthDay': TEMPORAL,
  'Temporal.PlainTime': TEMPORAL,
  'Temporal.PlainYearMonth': TEMPORAL,
  'Temporal.ZonedDateTime': TEMPORAL,
  Module: 'file name, exports',
  'util.promisify': 'the function that it stands for',
  'util.callbackify': 'the function that it stands for',
  'events.once': 'emitter, event, listener',
} as const;

/** A name of {@link HOST_TYPES}. */
export type HostType = keyof typeof HOST_TYPES;
