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
  readonly bigintDigitsMax: number;
  /** How many prototypes, heritages, bound targets and the like may need each other before one exists. */
  readonly dependencyDepthMax: number;
}

/** The limits used unless others are given. */
export const DEFAULT_LIMITS: Limits = {
  fileBytesMax: 2 ** 40,
  rawBytesMax: 2 ** 41,
  sectionsMax: 2 ** 20,
  valuesMax: 2 ** 31 - 1,
  stringsMax: 2 ** 31 - 1,
  stringUnitsMax: 2 ** 29 - 24,
  bigintDigitsMax: 2 ** 28,
  dependencyDepthMax: 1000,
};
