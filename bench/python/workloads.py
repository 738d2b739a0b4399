"""The workloads in Python, value by value those of workloads/*.mjs: dicts for objects, lists for arrays, None for undefined.

Knows no class and no closure: those are saved by value only if the main program holds them, so measure.py passes them in.
`typed` alone has no twin, as nothing in the standard library is two views of one buffer that can be pickled.
"""

from array import array
from datetime import datetime, timedelta, timezone
from math import ceil, floor, sqrt

from mulberry import base36, random_from

CITIES = ["Berlin", "Kyiv", "Lagos", "Lima", "Osaka", "Oslo", "Pune", "Quito"]
KINDS = ["folder", "image", "link", "text"]
HEADS = ["café crème ", "Київ і Львів ", "東京都港区", "naïve — “quoted” ", "plain text, then 🙂 "]
TYPES = ["click", "login", "payment", "view"]
TAGS = ["beta", "eu", "mobile", "new", "paid", "retry", "us", "web"]
START = datetime(2024, 1, 1, tzinfo=timezone.utc)
GRAPH_NODES = 20


def records(n, _):
    random = random_from(1)
    return [
        {
            "id": id,
            "name": f"user {base36(floor(random() * 1e9))}",
            "city": CITIES[floor(random() * len(CITIES))],
            "score": -0.0 if id % 1000 == 0 else random() * 100,
            "isActive": random() < 0.5,
            "manager": None if id % 3 == 0 else floor(random() * n),
            "visits": floor(random() * 1000),
            "note": None if id % 5 == 0 else "ok",
        }
        for id in range(n)
    ]


def instances(n, program):
    random = random_from(2)
    config = {"scale": 2, "unit": "m"}
    return [program.Particle(id, random() * 100, random() * 100, config) for id in range(n)]


def graph(n, _):
    return graph_of(n, random_from(3))


def graph_of(n, random):
    nodes = [{"id": id, "next": None, "links": []} for id in range(n)]
    for index, node in enumerate(nodes):
        node["next"] = nodes[(index + 1) % n]
        for _ in range(floor(random() * 4)):
            node["links"].append(nodes[floor(random() * n)])
    return nodes[0]


def tree(n, _):
    random = random_from(4)
    roots = []
    count = 0

    def node_of(id):
        return {
            "id": id,
            "kind": KINDS[floor(random() * len(KINDS))],
            "title": f"node {base36(floor(random() * 1e9))}",
            "weight": random(),
            "isOpen": random() < 0.5,
            "children": [],
        }

    while count < n:
        root = node_of(count)
        count += 1
        roots.append(root)
        level = [root]
        for _ in range(1, 12):
            following = []
            for parent in level:
                left = floor(random() * 5)
                while left > 0 and count < n:
                    child = node_of(count)
                    count += 1
                    parent["children"].append(child)
                    following.append(child)
                    left -= 1
            level = following
            if not level:
                break
    return {"name": "root", "roots": roots}


def strings(n, _):
    random = random_from(5)
    return [f"item-{base36(id)}-{base36(floor(random() * 1e9))}".ljust(12, ".") for id in range(n)]


def strings_repeated(n, _):
    random = random_from(6)
    return [f"status {floor(random() * 300)} of the build" for _ in range(n)]


def strings_wide(n, _):
    random = random_from(7)
    return [f"{HEADS[id % len(HEADS)]}{id} {base36(floor(random() * 1e9))}" for id in range(n)]


def typed(n):
    random = random_from(8)
    half, quarter = ceil(n / 2), ceil(n / 4)
    words = array("d", (random() for _ in range(ceil(n / 16))))
    return {
        "doubles": array("d", (random() for _ in range(half))),
        "floats": array("f", (random() for _ in range(quarter))),
        "ints": array("i", (floor(random() * 2**31) for _ in range(quarter))),
        "shorts": array("H", (floor(random() * 2**16) for _ in range(quarter))),
        "bytes": bytearray(floor(random() * 2**8) for _ in range(n)),
        "bigs": array("q", range(-4, 4)),
        "small": [bytearray(floor(random() * 2**8) for _ in range(at)) for at in range(8)],
        "words": words,
    }


def doubles(n, _):
    random = random_from(9)
    return [random() * 1000 for _ in range(n)]


def ints(n, _):
    random = random_from(10)
    return [floor(random() * 20000) - 10000 for _ in range(n)]


def matrix(n, _):
    random = random_from(11)
    side = floor(sqrt(10 * n) + 0.5)
    return [[random() - 0.5 for _ in range(side)] for _ in range(side)]


def maps(n, _):
    random = random_from(12)

    def below(limit):
        return floor(random() * limit)

    inner = [
        lambda: {f"field {at}": below(1000) for at in range(10)},
        lambda: {f"tag {at}-{below(1000)}" for at in range(10)},
        lambda: {"entries": {at: {"count": below(1000)} for at in range(10)}},
    ]
    return {f"group {at}": inner[at % 3]() for at in range(ceil(n / 10))}


def events(n, _):
    random = random_from(13)

    def below(limit):
        return floor(random() * limit)

    def event_of(id):
        at = START + timedelta(milliseconds=id * 1000 + below(1000))
        event = {"id": f"evt_{base36(below(1e9))}", "type": TYPES[below(len(TYPES))]}
        event["createdAt"] = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event["receivedAt"] = at + timedelta(milliseconds=below(5000))
        event["user"] = {"id": below(10000), "name": f"user {below(10000)}"}
        if random() < 0.3:
            event["user"]["email"] = f"user{below(10000)}@example.org"
        event["tags"] = [TAGS[below(len(TAGS))] for _ in range(below(4))]
        if random() < 0.5:
            event["context"] = {"page": f"/p/{below(500)}", "referrer": None, "size": {"w": below(2000), "h": 900}}
        if event["type"] == "payment":
            event["amount"] = {"value": below(100000) / 100, "currency": "EUR"}
        if random() < 0.1:
            event["error"] = {"code": below(500), "message": "request failed", "isFinal": random() < 0.5}
        if random() < 0.2:
            event["durationMs"] = random() * 1000
        return event

    return [event_of(id) for id in range(ceil(n / 4))]


def deep(n, _):
    head = None
    for value in range(n - 1, -1, -1):
        head = {"value": value, "next": head}
    return head


def closures(n, program):
    return {
        "counters": [program.counter_from(at, at % 7) for at in range(ceil(n / 20))],
        "pairs": [program.pair_from(at) for at in range(ceil(n / 40))],
    }


def session(n, program):
    share = ceil(n / 10)
    random = random_from(3)
    parts = [
        "records",
        "instances",
        "tree",
        "strings",
        "strings-repeated",
        "strings-wide",
        "doubles",
        "ints",
        "matrix",
        "maps",
        "events",
    ]
    held = {name: WORKLOADS[name](share, program) for name in parts}
    held["typed"] = typed(share)
    held["graphs"] = [graph_of(GRAPH_NODES, random) for _ in range(ceil(share / GRAPH_NODES))]
    return held


WORKLOADS = {
    "records": records,
    "instances": instances,
    "graph": graph,
    "tree": tree,
    "strings": strings,
    "strings-repeated": strings_repeated,
    "strings-wide": strings_wide,
    "doubles": doubles,
    "ints": ints,
    "matrix": matrix,
    "maps": maps,
    "events": events,
    "deep": deep,
    "closures": closures,
    "session": session,
}
