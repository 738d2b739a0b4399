// CPU to the first prompt: brine beside `node -i`, each in a pseudo-terminal, interleaved. Run: node bench/startup.mjs [runs]
//
// CPU time is user + system of the process when the prompt appears, from /proc (Linux only, in steps of 10 ms).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';

const runs = Number(process.argv[2] ?? 15);
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const PEERS = [
  { name: 'node -i', args: ['-i'], prompt: '> ' },
  { name: 'brine', args: [main], prompt: 'In[1]> ' },
];

function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return { user: Number(fields[11]) * 10, system: Number(fields[12]) * 10 };
}

function measure({ args, prompt }) {
  return new Promise((resolve) => {
    const env = { ...process.env, TERM: 'xterm-256color', BRINE_HISTORY: '' };
    const child = spawn(process.execPath, args, { cols: 80, rows: 24, env });
    let out = '';
    let isDone = false;
    child.onData((data) => {
      out += data;
      if (isDone || !out.includes(prompt)) return;
      isDone = true;
      const cpu = cpuMs(child.pid);
      child.kill('SIGKILL');
      resolve(cpu);
    });
  });
}

const times = new Map(PEERS.map(({ name }) => [name, { user: [], total: [] }]));
for (let run = 0; run < runs; run++) {
  for (const peer of PEERS) {
    const { user, system } = await measure(peer);
    const { user: users, total } = times.get(peer.name);
    users.push(user);
    total.push(user + system);
  }
}
const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
for (const [name, { user, total }] of times) {
  console.log(
    `${name.padEnd(8)} user ms: min ${Math.min(...user)}, median ${middle(user)}; user+system: min ${Math.min(...total)}, median ${middle(total)}`,
  );
}
process.exit(0);
