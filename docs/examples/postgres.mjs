// Keeps an instance of a class in one field of PostgreSQL, and gets it back with its class, its private field and its cycle.
//
//   npm install brine pg
//   DATABASE_URL=postgres://me@localhost/lab node postgres.mjs
import pg from 'pg';
import { dumps, loads } from 'brine';

class Account {
  #balance = 0;
  history = [];
  constructor(owner) {
    this.owner = owner;
    owner.account = this;
  }
  deposit(amount) {
    this.#balance += amount;
    this.history.push({ amount, balance: this.#balance });
    return this.#balance;
  }
}

const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query('CREATE TABLE IF NOT EXISTS kept (name text PRIMARY KEY, value bytea NOT NULL)');

// Saved: the whole object graph is one parameter.
const account = new Account({ name: 'Ada' });
account.deposit(100);
await client.query(
  'INSERT INTO kept (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  ['account', Buffer.from(dumps(account))],
);

// And loaded. Whoever can write to the table can put code there: `{ keys: ['own'] }` with `dumps(…, { sign: 'own' })` wants your
// signature, `{ mode: 'data' }` runs nothing.
const { rows } = await client.query('SELECT value FROM kept WHERE name = $1', ['account']);
const back = loads(rows[0].value);
console.log(back.deposit(20)); // 120
console.log(back.owner.account === back); // true
console.log(back.constructor.name); // Account
await client.end();
