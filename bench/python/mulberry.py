"""The numbers of random.mjs once more, so that Python makes the same workloads."""

MASK = 0xFFFFFFFF


def random_from(seed):
    """A function that gives the next number of 0 … 1."""
    state = seed & MASK

    def next_number():
        nonlocal state
        state = (state + 0x6D2B79F5) & MASK
        mixed = ((state ^ (state >> 15)) * (state | 1)) & MASK
        mixed ^= (mixed + (((mixed ^ (mixed >> 7)) * (mixed | 61)) & MASK)) & MASK
        return (mixed ^ (mixed >> 14)) / 2**32

    return next_number


def base36(number):
    """The number as JavaScript's toString(36) writes it."""
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        if number == 0:
            return digits
