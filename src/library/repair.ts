// Repairing: a new file of what survives in a damaged one. The damaged one is kept.
//
// Runs nothing of the file and builds nothing of it: what survives is taken over as bytes, whoever wrote it.

import { copyFile, link } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreError } from '../errors.js';
import { bytesOf, bytesSource } from '../format/index.js';
import { withPristineBuiltins } from '../realm/pristine.js';
import { openFile, readFileBytes, replaceFile } from '../store/index.js';
import { KeyStore, ownSigner } from '../trust/index.js';
import { type Findings, openDamaged } from './salvage.js';
