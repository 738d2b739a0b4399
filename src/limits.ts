// Every limit that brine keeps, unit in the name. Readers check a count against these before they allocate for it.

/** What a snapshot may ask of its reader. */
export interface Limits {
  /** The whole file. */
  readonly fileBytesMax: number;
  /** All sections together when they are decoded. */
  readonly rawBytesMax: number;
  readonly sectionsMax: number;
  /** Rows of all segments together. */
  readonly valuesMax: number;
  /** Strings of one list of them. */
  readonly stringsMax: number;
  /** One string, in UTF-16 units. */
  readonly stringUnitsMax: number;
  /** One bigint, in hexadecimal digits. */
  readonly bigintDigitsMax: number;
  /** The source of one regular expression, in UTF-16 units. */
  readonly regexpUnitsMax: number;
  /** All that resizable buffers may grow to, together. */
  readonly growthBytesMax: number;
  /** CPU milliseconds that entries of Maps and Sets may take whose keys were chosen to collide; others take none of it. */
  readonly collisionMsMax: number;
  /** How many prototypes, heritages, bound targets and the like may need each other before one exists. */
  readonly dependencyDepthMax: number;
}

/** The limits for files that are trusted, unless others are given: what the format and V8 can hold. */
export const DEFAULT_LIMITS: Limits = {
  fileBytesMax: 2 ** 40,
  rawBytesMax: 2 ** 41,
  sectionsMax: 2 ** 20,
  valuesMax: 2 ** 31 - 1,
  stringsMax: 2 ** 31 - 1,
  stringUnitsMax: 2 ** 29 - 24,
  bigintDigitsMax: 2 ** 28,
  regexpUnitsMax: 2 ** 24,
  growthBytesMax: 2 ** 41,
  collisionMsMax: 2 ** 31 - 1,
  dependencyDepthMax: 1000,
};

/** The limits for data from anybody, unless others are given: what a person would send, with room above it. */
export const RESTRICTED_LIMITS: Limits = {
  fileBytesMax: 256 * 2 ** 20,
  rawBytesMax: 2 ** 30,
  // Every stripe and every large blob is a section.
  sectionsMax: 2 ** 16,
  valuesMax: 5_000_000,
  stringsMax: 5_000_000,
  stringUnitsMax: 2 ** 27,
  bigintDigitsMax: 250_000,
  regexpUnitsMax: 20_000,
  growthBytesMax: 2 ** 30,
  collisionMsMax: 500,
  dependencyDepthMax: 1000,
};
