// A file that says of itself that it is harmless: skops (CVE-2025-54412) showed one list of types and built from another. The
// `meta` section here says that there is nothing but data; what inspecting lists comes from the graph, by the decoder and
// the policy that loading uses.

import { encodeMeta } from '../../../src/format/meta.js';
import { dumps } from '../../../src/library/index.js';
import { withSection } from '../../helpers/reseal.js';
import type { Attack } from '../attack.js';

export const lyingMeta: Attack = {
  name: 'a file that says of itself that it is harmless',
  make: () => [
    withSection(
      dumps({ run: () => Reflect.set(globalThis, 'polluted', 1), max: Math.max }),
      'meta',
      encodeMeta({ type: 'value', brine: '99.0.0', node: '99', values: 0, modules: [] }),
    ),
  ],
  ends: ['value'],
};
