// Intl objects from their options, Temporal objects from their texts.

import { HOST_TYPES, type HostType } from '../../graph/host-types.js';
import { hostClass } from '../../realm/host-classes.js';
import type { HostReviver } from './types.js';

function fromOptions(type: HostType): HostReviver {
  return {
    type,
    create([locale, ...pairs]) {
      const Class = hostClass(type);
      if (Class === undefined) return undefined;
      const options: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
      for (let i = 0; i < pairs.length; i += 2) options[`${pairs[i]}`] = pairs[i + 1];
      return new Class(locale, options) as object;
    },
  };
}

/** Revivers of Intl and Temporal. */
export const intlHosts: readonly HostReviver[] = (Object.keys(HOST_TYPES) as HostType[]).flatMap((type) => {
  if (type === 'Intl.Locale') return [{ type, create: ([tag]) => new (hostClass(type))(tag) as object }];
  if (type.startsWith('Intl.')) return [fromOptions(type)];
  if (!type.startsWith('Temporal.')) return [];
  return [{ type, create: ([text]) => hostClass(type)?.from(text) as object | undefined }];
});
