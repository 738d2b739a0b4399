// Places in a text as Jupyter counts them, in code points, and as JavaScript does, in units of UTF-16.

/** The place in units of one in code points. */
export function unitsOf(text: string, codePoints: number): number {
  let units = 0;
  for (let left = codePoints; left > 0 && units < text.length; left--) units += widthAt(text, units);
  return units;
}

/** The place in code points of one in units. */
export function codePointsOf(text: string, units: number): number {
  let count = 0;
  for (let at = 0; at < Math.min(units, text.length); at += widthAt(text, at)) count++;
  return count;
}

function widthAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}
