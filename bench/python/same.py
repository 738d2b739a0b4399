"""Compares a value with its copy, as same.mjs does: strict, linear in time, without recursion."""

from array import array
from datetime import datetime

PLAIN = (int, float, bool, str, type(None), datetime, array, bytearray)


def losses_between(original, copy):
    """What the copy lost, each in a few words. Empty when nothing."""
    losses = set()
    copy_of = {}
    class_of = {}
    todo = [(original, copy)]
    while todo:
        was, is_ = todo.pop()
        if isinstance(was, PLAIN):
            if type(was) is not type(is_) or repr_of(was) != repr_of(is_):
                losses.add("values")
            continue
        if id(was) in copy_of:
            if copy_of[id(was)] is not is_:
                losses.add("identity")
            continue
        copy_of[id(was)] = is_
        if isinstance(was, (dict, list, set)):
            if type(was) is not type(is_) or len(was) != len(is_):
                losses.add(type(was).__name__)
            elif isinstance(was, dict):
                if list(was) != list(is_):
                    losses.add("keys or their order")
                todo.extend((value, is_.get(key)) for key, value in was.items())
            elif isinstance(was, list):
                todo.extend(zip(was, is_))
            elif was != is_:
                losses.add("values")
        elif callable(was):
            if not callable(is_):
                losses.add("functions")
        else:
            # The class may be a copy too: one for all, of that name, whose methods work.
            found = class_of.setdefault(type(was), type(is_))
            if found is not type(is_) or found.__name__ != type(was).__name__:
                losses.add("class")
            elif was.distance() != is_.distance():
                losses.add("methods")
            todo.append((vars(was), vars(is_)))
    if len({id(one) for one in copy_of.values()}) != len(copy_of):
        losses.add("identity")
    return sorted(losses)


def repr_of(plain):
    # Tells -0.0 from 0.0.
    return repr(plain) if isinstance(plain, float) else plain


def closure_losses(original, copy):
    """Calls every closure and its copy side by side."""
    losses = set()
    for was, is_ in zip(original["counters"], copy["counters"], strict=True):
        if [was(), was()] != [is_(), is_()]:
            losses.add("captured variables")
    for was, is_ in zip(original["pairs"], copy["pairs"], strict=True):
        if was["read"]() != is_["read"]():
            losses.add("captured variables")
        is_["add"](5)
        if is_["read"]() != was["add"](5):
            losses.add("shared variable")
    return sorted(losses)
