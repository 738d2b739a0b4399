// Instances of a class with 4 fields, all of which share one configuration object.
import { randomFrom } from '../random.mjs';

class Particle {
  constructor(id, x, y, config) {
    this.id = id;
    this.x = x;
    this.y = y;
    this.config = config;
  }

  distance() {
    return Math.hypot(this.x, this.y) * this.config.scale;
  }
}

export const workload = {
  name: 'instances',
  make(n) {
    const random = randomFrom(2);
    const config = { scale: 2, unit: 'm' };
    return Array.from({ length: n }, (_, id) => new Particle(id, random() * 100, random() * 100, config));
  },
  // The copy's class may be a copy too: what counts is that there is one, of that name, whose methods work.
  check(original, copy) {
    const losses = new Set();
    if (!Array.isArray(copy) || copy.length !== original.length) return ['length'];
    const prototype = Object.getPrototypeOf(copy[0]);
    for (const [index, was] of original.entries()) {
      const is = copy[index];
      if (Object.getPrototypeOf(is) !== prototype) losses.add('one class for all');
      if (is.constructor.name !== 'Particle' || typeof is.distance !== 'function') losses.add('class');
      else if (is.distance() !== was.distance()) losses.add('methods');
      if (is.config !== copy[0].config) losses.add('shared object');
      if (is.id !== was.id || is.x !== was.x || is.y !== was.y) losses.add('values');
      if (is.config.scale !== 2 || is.config.unit !== 'm') losses.add('values');
      if (Object.keys(is).join() !== 'id,x,y,config') losses.add('keys or their order');
    }
    return [...losses];
  },
};
