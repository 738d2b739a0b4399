/** The version in package.json; put in by the build. */
declare const __BRINE_VERSION__: string;
