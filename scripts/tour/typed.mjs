// What the tour types: a session in the evening, and another process that has it back in the morning. Data only.

/** The size of the terminal. */
export const SIZE = { cols: 84, rows: 24 };

/** Each part is a shell's screen of its own; `$` lines go to the shell, the others to the prompt. */
export const PARTS = [
  {
    title: 'in the evening',
    lines: [
      '$ brine',
      'class Account { #sum = 0; add(n) { this.#sum += n; return this } get sum() { return this.#sum } }',
      'const ada = new Account().add(10)',
      'const { inc, get } = (() => { let n = 0; return { inc: () => ++n, get: () => n } })()',
      'inc()',
      'const names = (function* () { yield "anna"; yield "ben"; yield "cleo" })()',
      'names.next().value',
      'const lab = { ada, log: new Map([[ada, "new"]]), lock: new FinalizationRegistry(() => {}) }; lab.self = lab; 0',
      '.save work.pkl',
      '.exit',
    ],
  },
  {
    title: 'the next morning, another process',
    lines: [
      '$ brine',
      '.load work.pkl',
      'inc()',
      'get()',
      'names.next().value',
      'ada.add(5).sum',
      'lab.self.log.get(ada)',
      'lab.lock.register(ada)',
      '.exit',
    ],
  },
];
