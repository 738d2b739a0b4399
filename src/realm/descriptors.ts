// Comparing property descriptors, field by field, so that -0 and NaN count.

const is = Object.is;

/** True when two descriptors describe the same property. */
export function isSameDescriptor(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  return (
    is(a.value, b.value) &&
    a.get === b.get &&
    a.set === b.set &&
    a.writable === b.writable &&
    a.enumerable === b.enumerable &&
    a.configurable === b.configurable
  );
}
