// Intl objects by what their `resolvedOptions` say, and Temporal objects by their texts. All of it is read from slots.

import type { HostType } from '../../graph/host-types.js';
import { hostClass, slotMethod } from '../../realm/host-classes.js';
import type { HostReducer } from './types.js';

const INTL: readonly HostType[] = [
  'Intl.Collator',
  'Intl.DateTimeFormat',
  'Intl.DisplayNames',
  'Intl.DurationFormat',
  'Intl.ListFormat',
  'Intl.NumberFormat',
  'Intl.PluralRules',
  'Intl.RelativeTimeFormat',
  'Intl.Segmenter',
];

const TEMPORAL: readonly HostType[] = [
  'Temporal.Duration',
  'Temporal.Instant',
  'Temporal.PlainDate',
  'Temporal.PlainDateTime',
  'Temporal.PlainMonthDay',
  'Temporal.PlainTime',
  'Temporal.PlainYearMonth',
  'Temporal.ZonedDateTime',
];

// What is said of an object and cannot be asked for: it follows from the rest.
const DERIVED = new Set(['locale', 'pluralCategories', 'hour12']);

function intl(type: HostType): HostReducer {
  return {
    type,
    samples: () => [],
    reduce(value: object, { change }) {
      const ask = slotMethod(type, 'resolvedOptions');
      const resolved = ask(value) as Record<string, unknown>;
      const options: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (const key of Object.keys(resolved)) if (!DERIVED.has(key)) options[key] = resolved[key];
      if (!isSame(type, resolved, options, ask)) {
        change('its options cannot all be given again', 'compare its `resolvedOptions()` after loading');
      }
      return [resolved['locale'], ...Object.entries(options).flat()];
    },
  };
}

function isSame(
  type: HostType,
  resolved: Record<string, unknown>,
  options: object,
  ask: (value: object) => unknown,
): boolean {
  try {
    const again: unknown = new (hostClass(type))(resolved['locale'], options);
    return JSON.stringify(ask(again as object)) === JSON.stringify(resolved);
  } catch {
    return false;
  }
}

/** Reducers of Intl and Temporal. */
export const intlHosts: readonly HostReducer[] = [
  ...INTL.map(intl),
  {
    type: 'Intl.Locale',
    samples: () => [],
    reduce: (value: object) => [slotMethod('Intl.Locale', 'toString')(value)],
  },
  ...TEMPORAL.map(
    (type): HostReducer => ({
      type,
      samples: () => [],
      reduce: (value: object) => [textOf(type, value)],
    }),
  ),
];

// The calendar is always named, and nothing is rounded.
function textOf(type: HostType, value: object): string {
  const options = /Plain(Date|MonthDay|YearMonth|DateTime)|Zoned/.test(type)
    ? { calendarName: 'always' }
    : undefined;
  return slotMethod(type, 'toString')(value, options) as string;
}
