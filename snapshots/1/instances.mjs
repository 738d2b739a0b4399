// Classes and instances: private and static members, heritage, computed keys, members as values, changed prototypes.
import vm from 'node:vm';
const source = `(() => {
  const key = 'computed';
  class Account {
    #balance = 0;
    static #count = 0;
    static limits = { low: -10 };
    constructor(owner, balance) { this.owner = owner; this.#balance = balance; Account.#count++; }
    get balance() { return this.#balance; }
    static get count() { return Account.#count; }
    #secret() { return 'secret of ' + this.owner; }
    tell() { return this.#secret(); }
    [key]() { return key; }
  }
  class Savings extends Account {
    #rate = 0.5;
    interest() { return this.balance * this.#rate; }
    tell() { return 'savings: ' + super.tell(); }
  }
  class Nothing extends null {}
  function Old(x) { this.x = x; }
  Old.prototype.twice = function twice() { return this.x * 2; };
  return {
    Account, list: [new Account('a', 1), new Account('b', 2)], savings: new Savings('c', 8), Nothing,
    method: Account.prototype.tell, old: [new Old(1), new Old(2)],
    getter: Object.getOwnPropertyDescriptor(Account.prototype, 'balance').get,
  };
})()`;
export const make = () => vm.runInThisContext(source, { filename: 'instances.js' });
export function check({ Account, list, savings, old, method, getter }) {
  return [
    list[1] instanceof Account, list[1].balance, Account.count, savings.tell(), savings.interest(), old[1].twice(),
    method === Account.prototype.tell, getter.call(list[0]), list[0].computed(), Account.limits.low,
  ];
}
export const expected = [true, 2, 3, 'savings: secret of c', 4, 4, true, 1, 'computed', -10];
