// The words by which a file is known as an export, so that another one may replace it. Every format has them in it.

/** In every exported file. */
export const MADE_BY = 'made by brine';
