// The line above the first prompt.

import process from 'node:process';
import { isPlain } from '../style.js';

/** `brine 0.1.0 · Node 20.20.2 · TypeScript on · .help for commands` */
export function banner(): string {
  const facts = [
    `brine ${__BRINE_VERSION__}`,
    `Node ${process.versions.node}`,
    'TypeScript on',
    '.help for commands',
  ];
  return facts.join(isPlain() ? ' | ' : ' · ');
}
