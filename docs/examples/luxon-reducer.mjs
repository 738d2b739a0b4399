// A reducer for luxon's DateTime, as a user writes one: the moment, the zone and the locale are its state, and what it has
// worked out on the way is not. Durations and Intervals need none.
//
//   import { register } from './luxon-reducer.mjs';
//   register(registerReducer, luxon.DateTime);

/** Registers the reducer, with `registerReducer` or a pickler's or unpickler's method of that name. */
export function register(registerReducer, DateTime) {
  registerReducer(DateTime, {
    name: 'luxon.DateTime',
    version: 1,
    reduce: (time) => ({
      milliseconds: time.toMillis(),
      zone: time.zoneName,
      locale: time.locale,
      numberingSystem: time.numberingSystem ?? undefined,
      outputCalendar: time.outputCalendar ?? undefined,
    }),
    revive: ({ milliseconds, zone, locale, numberingSystem, outputCalendar }) =>
      DateTime.fromMillis(milliseconds, { zone, locale, numberingSystem, outputCalendar }),
  });
}
