// The public surface of brine. Named re-exports only.

export {
  type CapturedName,
  type Change,
  type Cure,
  type Deps,
  type Difference,
  deps,
  detect,
  diff,
  disassemble,
  type Excerpt,
  type Origin,
  type OriginCell,
  origin,
  type PathBetween,
  type Piece,
  type Problem,
  pathBetween,
  type Replay,
  type ReplayedName,
  type Retained,
  replay,
  retains,
  type SizeNode,
  type SizeOptions,
  type Sizes,
  sizes,
  type Trace,
  type TracedName,
  trace,
  type UsedGlobal,
  Web,
  type WebRoot,
  type Why,
  type WhyStep,
  why,
} from './detect/index.js';
export {
  BrineError,
  CorruptSnapshotError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  LimitError,
  type ParallelDetails,
  ParallelError,
  PicklingError,
  ProtocolError,
  RestrictedError,
  SessionError,
  SignatureError,
  StoreError,
  TombstoneError,
  UnpicklingError,
} from './errors.js';
export type {
  Binding,
  BindingKind,
  Cell,
  CellOutput,
  EvaluateOptions,
  ImportOrigin,
  Outcome,
} from './evaluator/index.js';
export { Evaluator } from './evaluator/index.js';
export {
  EXPORT_FORMATS,
  type Exported,
  type ExportFormat,
  type ExportOptions,
  exported,
  exportFormatOf,
} from './export/index.js';
export {
  type Compression,
  type Damage,
  type Description,
  describeSnapshot,
  isSnapshot,
  type Meta,
  type MetaBinding,
  type MetaCell,
  type MetaLoss,
  type MetaModule,
  type MetaPlot,
  type MetaSession,
  type MetaTable,
} from './format/index.js';
export type { Reducer, Reduction } from './graph/registry.js';
export type { LoadHelp, SaveHelp } from './library/help.js';
export {
  dump,
  dumpAll,
  dumps,
  type LoadAllOptions,
  type LoadFileOptions,
  load,
  loadAll,
  loads,
  registerReducer,
  salvage,
} from './library/index.js';
export type { InspectedCode, InspectedName, Inspection } from './library/inspection.js';
export type { LazyLoad } from './library/lazy.js';
export { type Memoized, type MemoizeOptions, type MemoStore, memoize } from './library/memoize.js';
export type { VersionWarning } from './library/modules.js';
export type { OpenMode } from './library/opening.js';
export {
  type DumpAllReport,
  type DumpOptions,
  type DumpReport,
  type Loss,
  Pickler,
} from './library/pickler.js';
export { type RepairOptions, type RepairReport, repair } from './library/repair.js';
export type { Findings, Lost } from './library/salvage.js';
export type { FoundSecret } from './library/secrets/guard.js';
export type { SecretOptions, SecretPolicy } from './library/secrets/policy.js';
export { type LoadValueOptions, type Salvaged, Unpickler } from './library/unpickler.js';
export type { Limits } from './limits.js';
export type { ModuleOptions } from './pickle/module-choice.js';
export { MissingRecord } from './realm/missing-record.js';
export type { TombstoneRecord } from './realm/tombstone.js';
export {
  Autosave,
  type AutosavedSession,
  type AutosaveMode,
  type AutosaveOptions,
  autosaveRoot,
  endedSessions,
  type LookReason,
  type PassedOver,
  type Point,
  type Recovered,
  type RecoverReport,
  Rewind,
  type RewindOptions,
  type RewindReport,
  recover,
  type UnsureReason,
} from './session/autosave/index.js';
export { outputOf, type Shown } from './session/cell-output.js';
export { Session } from './session/index.js';
export { LiveValues } from './session/live-values.js';
export { type SavedSession, savedSessions, type UndoneSave, undoSave } from './session/named.js';
export type { PinRun } from './session/pins.js';
export type { NamedSession } from './session/places.js';
export type { StoredSession } from './session/stored.js';
export type {
  LeftOut,
  Linked,
  LoadMode,
  LoadOptions,
  LoadReport,
  Loss as SessionLoss,
  Pin,
  ProgressListener,
  SaveOptions,
  SaveReport,
  SessionSnapshot,
  UnreadPart,
  VariableRow,
} from './session/types.js';
export type { Generation, Keeping } from './store/generations.js';
export type { Store } from './stores/store.js';
export type { Whose } from './trust/index.js';
export { type Captured, isCaptured } from './unpickle/captured.js';
export type { ClassConflict, OnClassConflict } from './unpickle/class-choice.js';
export type { Allow, GlobalName } from './unpickle/policy.js';
export type { OnMissing, Withheld } from './unpickle/types.js';
export { BRINE_VERSION } from './version.js';
