// The version of this brine; the build puts it in.

declare const __BRINE_VERSION__: string | undefined;

/** For example `0.1.0`; `0.0.0` when run from source. */
export const BRINE_VERSION: string = typeof __BRINE_VERSION__ === 'string' ? __BRINE_VERSION__ : '0.0.0';
