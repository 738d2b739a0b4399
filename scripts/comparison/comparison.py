# One process of the comparison: what one.mjs asks of tools for JavaScript, asked of dill with the like of each value in Python.
# Values stand in `__main__`, as in a session. Prints a verdict for each key.
#
#   python comparison.py save|load <folder>
import asyncio, datetime, json, math, os, platform, re, sys
import dill

direction, folder = sys.argv[1:]


class Wrong(Exception):
    pass


def file_of(key):
    return os.path.join(folder, "dill-" + key)


def attempt(act):
    try:
        act()
        return "same"
    except Wrong:
        return "wrong"
    except Exception:
        return "refused"


def plain():
    return {"list": [1, 2.5, "x", None, True], "nested": {"deep": {"er": "text"}}}


def cycles():
    shared = {"n": 1}
    value = {"a": shared, "b": shared}
    value["self"] = value
    return value


def collections():
    return {"map": {"k": {1}}, "when": datetime.datetime(1970, 1, 1), "re": re.compile("a", re.I), "big": 2**70, "zero": -0.0, "bytes": b"\x01\x02"}


def function():
    return lambda a, b: a + b


def closures():
    n = 1

    def inc():
        nonlocal n
        n += 1
        return n

    return {"inc": inc, "get": lambda: n}


def generator():
    def names():
        yield "anna"
        yield "ben"

    started = names()
    next(started)
    return started


def used(copy):
    return copy["inc"]() == 2 and copy["get"]() == 2


values = {
    "plain": (plain, lambda c: c == plain()),
    "cycles": (cycles, lambda c: c["self"] is c and c["a"] is c["b"]),
    "collections": (collections, lambda c: c == collections() and math.copysign(1, c["zero"]) == -1),
    "function": (function, lambda c: c(2, 3) == 5),
    "closures": (closures, used),
    "generator": (generator, lambda c: next(c) == "ben"),
}

if direction == "save":

    class Point:
        def __init__(self, x, y):
            self.x, self.y = x, y

        @property
        def length(self):
            return math.hypot(self.x, self.y)

    class Account:
        def __init__(self):
            self.__sum = 0

        def add(self, n):
            self.__sum += n
            return self

        @property
        def sum(self):
            return self.__sum

    class Loud:
        @property
        def loud(self):
            global ran
            ran = True

    class Bomb:
        def __reduce__(self):
            return (exec, ("import builtins; builtins.ran = True",))

    values["instance"] = (lambda: Point(3, 4), None)
    values["private"] = (lambda: Account().add(10), None)
else:
    values["instance"] = (None, lambda c: c.length == 5)
    values["private"] = (None, lambda c: c.add(5).sum == 15)


def save(key):
    with open(file_of(key), "wb") as file:
        dill.dump(values[key][0](), file)


def load(key):
    with open(file_of(key), "rb") as file:
        copy = dill.load(file)
    try:
        right = values[key][1](copy)
    except Exception:
        right = False
    if not right:
        raise Wrong()


def handle():
    done = asyncio.new_event_loop().create_future()
    dill.loads(dill.dumps({"plain": 1, "job": {"done": done}}))
    raise Wrong()


def damage():
    with open(file_of("plain"), "rb") as file:
        data = file.read()
    unseen = 0
    for bit in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[bit >> 3] ^= 1 << (bit & 7)
        try:
            if dill.loads(bytes(damaged)) != plain():
                unseen += 1
        except BaseException:
            pass
    return "same" if unseen == 0 else "wrong %d %%" % round(100 * unseen / (len(data) * 8))


def code():
    import builtins

    attempt(lambda: dill.load(open(file_of("hostile"), "rb")))
    return "wrong" if getattr(builtins, "ran", False) else "same"


if direction == "save":
    verdicts = {key: attempt(lambda key=key: save(key)) for key in values}
    ran = False
    dill.dumps(Loud())
    verdicts["getter"] = "wrong" if ran else "same"
    verdicts["handle"] = attempt(handle)
    with open(file_of("hostile"), "wb") as file:
        dill.dump(Bomb(), file)
else:
    verdicts = {key: attempt(lambda key=key: load(key)) for key in values if os.path.exists(file_of(key))}
    verdicts["damage"] = damage()
    verdicts["code"] = code()
verdicts["version"] = "dill %s on Python %s" % (dill.__version__, platform.python_version())
print(json.dumps(verdicts))
