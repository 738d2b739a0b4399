// Finds the name a person probably meant. Pure; knows nothing of files.

const NAMES_MAX = 10_000;
/** Fewer letters are no beginning that means one name. */
const BEGINNING_MIN = 3;

/**
 * The name of `names` nearest to `wanted`: the same but for case, else without its extension, else by the fewest
 * letters inserted, left out, changed or swapped (a third of the letters, at least 1), else the shortest that begins with it;
 * undefined when none is near. Of `notes.txt` and `work.pkl`, the second is nearest to `wrok.pkl`.
 */
export function nearestName(wanted: string, names: Iterable<string>): string | undefined {
  const goal = wanted.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(goal.length / 3)) + 1;
  let begun: string | undefined;
  let seen = 0;
  for (const name of names) {
    if (++seen > NAMES_MAX) break;
    const candidate = name.toLowerCase();
    const distance =
      candidate === goal ? 0 : stem(candidate) === stem(goal) ? 0.5 : editDistance(candidate, goal);
    if (distance < bestDistance || (distance === bestDistance && best !== undefined && name < best)) {
      best = name;
      bestDistance = distance;
    }
    const isBeginning = goal.length >= BEGINNING_MIN && candidate.startsWith(goal);
    if (isBeginning && (begun === undefined || name.length < begun.length)) begun = name;
  }
  return best ?? begun;
}

function stem(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

// Edits with swaps of neighbours (optimal string alignment), three rows at a time.
function editDistance(a: string, b: string): number {
  let twoBack: number[] = [];
  let oneBack = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = oneBack[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(change, oneBack[j]! + 1, row[j - 1]! + 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) cost = Math.min(cost, twoBack[j - 2]! + 1);
      row.push(cost);
    }
    twoBack = oneBack;
    oneBack = row;
  }
  return oneBack[b.length]!;
}
