// What the tour types: a session in the evening, and another process that has it back in the morning. Data only.

/** The size of the terminal. */
export const SIZE = { cols: 80, rows: 24 };

/** Each part is a shell's screen of its own; `$` lines go to the shell, the others to the prompt. No line is wider than the screen. */
export const PARTS = [
  {
    title: 'in the evening',
    lines: [
      '$ brine',
      'class Account { #sum = 0; add(n) { return (this.#sum += n) } }',
      'const ada = new Account()',
      'ada.add(10)',
      'const counter = (n = 0) => ({ inc: () => ++n, get: () => n })',
      'const { inc, get } = counter()',
      'inc()',
      'const names = (function* () { yield "anna"; yield "ben" })()',
      'names.next().value',
      'const lab = { ada, log: new Map([[ada, "new"]]), db: new net.Socket() }',
      'lab.self = lab; lab.log.size',
      '.save work.pkl',
      '.exit',
    ],
  },
  {
    title: 'the next morning, another process',
    lines: [
      '$ brine',
      '.load work.pkl',
      'ada.add(5)',
      'inc()',
      'get()',
      'names.next().value',
      'lab.self.log.get(ada)',
      'lab.db.write("hello")',
    ],
  },
];
