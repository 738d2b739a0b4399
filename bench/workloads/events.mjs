// Events as an API gives them: fields that come and go, nested objects, dates as text and as Date, arrays of tags. n / 4 of
// them, each some four objects large.
import { randomFrom } from '../random.mjs';
import { lossesBetween } from '../same.mjs';

const START = Date.UTC(2024, 0, 1);
const TYPES = ['click', 'login', 'payment', 'view'];
const TAGS = ['beta', 'eu', 'mobile', 'new', 'paid', 'retry', 'us', 'web'];

export const workload = {
  name: 'events',
  make(n) {
    const random = randomFrom(13);
    const below = (limit) => Math.floor(random() * limit);
    return Array.from({ length: Math.ceil(n / 4) }, (_, id) => {
      const at = START + id * 1000 + below(1000);
      const event = { id: `evt_${below(1e9).toString(36)}`, type: TYPES[below(TYPES.length)] };
      event.createdAt = new Date(at).toISOString();
      event.receivedAt = new Date(at + below(5000));
      event.user = { id: below(10000), name: `user ${below(10000)}` };
      if (random() < 0.3) event.user.email = `user${below(10000)}@example.org`;
      event.tags = Array.from({ length: below(4) }, () => TAGS[below(TAGS.length)]);
      if (random() < 0.5)
        event.context = { page: `/p/${below(500)}`, referrer: null, size: { w: below(2000), h: 900 } };
      if (event.type === 'payment') event.amount = { value: below(100000) / 100, currency: 'EUR' };
      if (random() < 0.1)
        event.error = { code: below(500), message: 'request failed', isFinal: random() < 0.5 };
      if (random() < 0.2) event.durationMs = random() * 1000;
      return event;
    });
  },
  check: lossesBetween,
};
