// An agent with a JavaScript session of its own: what it found out in one step is there in the next, and also after the session, or all
// of it, was killed in the middle of the conversation.
//
// Run it in a folder where brine is installed: node agent.mjs

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const brine = fileURLToPath(new URL('dist/cli/main.js', import.meta.resolve('brine/package.json')));

/** A session that is asked by lines of JSON, and begun again when it is gone. */
class Tool {
  #waiting = new Map();
  #ids = 0;

  async start() {
    this.server = spawn(process.execPath, [brine, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.server.stdin.on('error', () => {});
    this.server.once('exit', () => this.#giveUp());
    const ready = new Promise((resolve) => {
      createInterface({ input: this.server.stdout }).on('line', (line) => {
        const said = JSON.parse(line);
        if (said.event === 'ready') resolve(said);
        else if (said.event === 'output') process.stdout.write(`  | ${said.text}`);
        else if (said.event === undefined) this.#waiting.get(said.id)?.(said);
      });
    });
    const { unsaved } = await ready;
    if (unsaved.length === 0) return;
    // The newest first. A person would be asked; an agent knows that it was its own.
    const { report } = await this.ask('recover', { number: 1 });
    console.log('back:', report.loaded.restored.join(' '), '| older:', report.older.join(' ') || 'nothing');
  }

  async ask(method, params) {
    const id = ++this.#ids;
    this.server.stdin.write(`${JSON.stringify({ id, method, params })}\n`);
    const answer = await new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#waiting.delete(id);
    if (answer.error) throw new Error(`${answer.error.message} [${answer.error.code}]`);
    return answer.result;
  }

  // Whoever waits for a server that is gone hears of it.
  #giveUp() {
    for (const answer of this.#waiting.values())
      answer({ error: { code: 'ENDED', message: 'the server is gone' } });
  }

  async kill() {
    this.server.kill('SIGKILL');
    await once(this.server, 'exit');
  }
}

/** What a model might send, step by step; `kill` is what happens to servers at night. */
const conversation = [
  'const orders = [{ item: "tea", n: 3 }, { item: "salt", n: 1 }]; orders.length',
  'const total = (() => { let asked = 0; return () => { asked++; return { asked, n: orders.reduce((sum, { n }) => sum + n, 0) } } })(); total()',
  'kill',
  'orders.push({ item: "rice", n: 5 }); console.log("one more"); total()',
  'orders[9].n',
  'const notes = new Map([["rice", "twice"]]); [...notes.keys()]',
];

const tool = new Tool();
await tool.start();
for (const code of conversation) {
  if (code === 'kill') {
    // A moment without a request, and everything is on the disk. What a kill in the middle of a step costs, `recover` says.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await tool.kill();
    await tool.start();
    continue;
  }
  const { status, value, error } = await tool.ask('evaluate', { code, json: true });
  console.log(status === 'done' ? JSON.stringify(value) : `${error.message}, at ${error.place.file}:${error.place.line}`);
}
const { report } = await tool.ask('save', { target: 'conversation.pkl' });
console.log('saved:', report.saved.join(' '));
await tool.ask('shutdown');
