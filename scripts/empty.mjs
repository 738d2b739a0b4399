// Stands in for the parts of Ink that connect to React's tools, and that ask whether to.
export const isDev = () => false;
