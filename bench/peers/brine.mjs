// brine as built in dist/, through its public functions.
let brine;

export const peer = {
  name: 'brine',
  async available() {
    try {
      brine = await import('../../dist/index.js');
    } catch (error) {
      return error.code === 'ERR_MODULE_NOT_FOUND' ? 'dist/ is not built: npm run build' : error.message;
    }
    const missing = ['dumps', 'loads'].filter((name) => typeof brine[name] !== 'function');
    return missing.length === 0 ? undefined : `dist/index.js does not export ${missing.join(', ')}`;
  },
  dump: (value) => brine.dumps(value),
  load: (bytes) => brine.loads(bytes),
};
