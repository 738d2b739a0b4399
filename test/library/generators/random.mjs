// Random generator functions by a seed: loops, try, switch, blocks, closures over variables of every scope. A program for
// `random.test.ts`: makes and saves them some steps in, or loads them, and prints what the rest of the run gives.
//
//   node random.mjs LIBRARY FILE make|load|again FIRST COUNT

import { readFileSync, writeFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

/** The text of a random generator function, and how many steps it is taken before it is saved. */
export function randomGenerator(seed) {
  let state = seed * 2654435761 + 1;
  const pick = (n) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    return (state >>> 8) % n;
  };
  let names = 0;
  const fresh = () => `x${names++}`;
  const expression = (vars) =>
    vars.length === 0 ? String(pick(9)) : `${vars[pick(vars.length)]} + ${pick(5)}`;
  const block = (vars, depth, loops) => {
    const inner = [...vars];
    const count = 1 + pick(3);
    let text = '';
    for (let i = 0; i < count; i++) text += statement(inner, depth, loops);
    return `{ ${text}}`;
  };
  const statement = (vars, depth, loops) => {
    const kind = pick(depth > 3 ? 7 : 17);
    const name = fresh();
    switch (kind) {
      case 0:
        return `yield ${expression(vars)}; `;
      case 1: {
        const text = `${['let', 'const', 'var'][pick(3)]} ${name} = yield ${expression(vars)}; `;
        vars.push(name);
        return text;
      }
      case 2: {
        const text = `let ${name} = ${expression(vars)}; fns.push(() => ${name} = (${name} | 0) + 1); ${name} += 1; `;
        vars.push(name);
        return text;
      }
      case 3:
        return `if (fns.length > 0) log.push(fns[fns.length - 1]()); `;
      case 4:
        return `log.push([${vars.join()}].map(String).join()); yield log.length; `;
      case 5:
        return loops.length > 0 && pick(3) === 0
          ? `if (log.length % 3 === 2) ${['break', 'continue'][pick(2)]} ${loops[pick(loops.length)]}; `
          : `log.push(${expression(vars)}); `;
      case 6:
        return pick(6) === 0 ? `if (log.length > 20) return yield ${expression(vars)}; ` : `yield; `;
      case 7:
      case 8:
        return `L${name}: for (let ${name} = 0; ${name} < ${1 + pick(3)}; ${name}++) ${block([...vars, name], depth + 1, [...loops, `L${name}`])} `;
      case 9:
        return `L${name}: for (let ${name} = 0, f${name} = () => ${name}++; ${name} < 3; ${name}++) { fns.push(f${name}, () => ${name}); ${block([...vars, name], depth + 1, [...loops, `L${name}`])} } `;
      case 10:
        return `var ${name} = 0; L${name}: while (${name}++ < ${1 + pick(3)}) ${block([...vars, name], depth + 1, [...loops, `L${name}`])} `;
      case 11:
        return `var ${name} = 0; L${name}: do ${block([...vars, name], depth + 1, [...loops, `L${name}`])} while (${name}++ < ${pick(3)}); `;
      case 12:
        return `try ${block(vars, depth + 1, loops)} finally { log.push("f${name}") } `;
      case 13:
        return `try { if (log.length % 2) throw "e${name}"; ${block(vars, depth + 1, loops)} } catch (${name}) ${block([...vars, name], depth + 1, loops)} `;
      case 14:
        return `switch (log.length % 3) { case 0: log.push("a"); yield 0; case 1: ${block(vars, depth + 1, loops)} break; default: ${block(vars, depth + 1, loops)} } `;
      case 15:
        return `if ((${expression(vars)}) % 2 === 0) ${block(vars, depth + 1, loops)} else ${block(vars, depth + 1, loops)} `;
      default:
        return block(vars, depth + 1, loops);
    }
  };
  const text = `function* (log, fns, p) ${block(['p'], 0, []).replace('{', '{ "use strict"; yield p; ')}`;
  return { text, steps: 1 + pick(12) };
}

const send = (i) => (i % 4 === 3 ? undefined : i);

function begun(seed) {
  const { text, steps } = randomGenerator(seed);
  const value = { log: [], fns: [], generator: undefined, step: 0 };
  value.generator = runInThisContext(`(${text})`)(value.log, value.fns, seed % 7);
  while (value.step < steps && !value.generator.next(send(value.step++)).done);
  return value;
}

/** Goes on for some steps; every third step runs the closures too. */
function goOn(value, steps) {
  const seen = [];
  for (let i = 0; i < steps; i++) {
    let result;
    try {
      if (value.step % 17 === 16) result = value.generator.return('r');
      else if (value.step % 13 === 12) result = value.generator.throw('t');
      else result = value.generator.next(send(value.step));
    } catch (error) {
      result = { thrown: String(error) };
    }
    value.step++;
    seen.push(result);
    if (value.step % 3 === 0) seen.push(value.fns.slice(-4).map((f) => f()));
  }
  return [seen, value.log];
}

const [, , url, file, step, first, count] = process.argv;
if (url !== undefined) {
  const { dumps, loads } = await import(url);
  const seeds = Array.from({ length: Number(count) }, (_, i) => Number(first) + i);
  const print = (all) => process.stdout.write(JSON.stringify(all));
  const save = (values) => writeFileSync(file, dumps(values));
  if (step === 'make') {
    save(seeds.map(begun));
    print(seeds.map((seed) => [goOn(begun(seed), 3), goOn(begun(seed), 40)]));
  } else {
    const values = loads(readFileSync(file));
    const seen = values.map((value) => goOn(value, step === 'load' ? 3 : 37));
    if (step === 'load') save(values);
    print(seen);
  }
}
