// The passphrase of encrypted snapshots: from the environment, where neither the history nor a list of processes shows it.

import process from 'node:process';

/** What `BRINE_PASSPHRASE` says, as an option of saving and loading. */
export function passphrase(): { readonly passphrase?: string } {
  const given = process.env['BRINE_PASSPHRASE'];
  return given === undefined || given === '' ? {} : { passphrase: given };
}
