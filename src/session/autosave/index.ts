// What keeps a session safe from crashes and leads back to earlier states: the public face.

export { Autosave, type AutosavedSession, type AutosaveMode, type AutosaveOptions } from './autosave.js';
export { endedSessions, type Recovered } from './ended.js';
export { autosaveRoot, leftPlaces, removePlace } from './place.js';
export type { Point } from './points.js';
export type { LookReason, UnsureReason } from './reasons.js';
export { type PassedOver, type RecoverReport, recover } from './recover.js';
export { Rewind, type RewindOptions, type RewindReport } from './rewind.js';
