#!/usr/bin/env python3
"""Lists the names in a brine snapshot and the plain data they hold. Runs nothing of the file.

    python3 read_snapshot.py work.pkl            every name and its value
    python3 read_snapshot.py work.pkl model      one name

Written from docs/FORMAT.md alone, with the standard library alone; the section signs refer to that page. Objects become
dicts, arrays lists, maps and sets their entries in order, dates datetimes, buffers bytes, bigints BigInt. What is no plain
data (functions, classes, what is saved by name, what could not be saved) is only named.
"""

import array
import datetime
import json
import struct
import sys
import zlib


class SnapshotError(Exception):
    """The file is damaged, too new, or no snapshot."""


class Undefined:
    def __repr__(self):
        return "undefined"


UNDEFINED = Undefined()


class Hole:
    def __repr__(self):
        return "<hole>"


HOLE = Hole()


class BigInt(int):
    def __repr__(self):
        return int.__repr__(self) + "n"


class Named:
    """A value that is named, not decoded: a symbol, a function, something every process has, something missing."""

    def __init__(self, what, name=""):
        self.what, self.name = what, name

    def __repr__(self):
        return f"<{self.what} {self.name}>" if self.name else f"<{self.what}>"


class Entries(list):
    """The entries of a Map (pairs), or the items of a Set."""

    def __init__(self, what):
        self.what = what

    def __repr__(self):
        return self.what + list.__repr__(self)


class Reader:
    """Bytes of one section (§1). Every read is checked against the end."""

    def __init__(self, data, name):
        self.data, self.name, self.at = data, name, 0

    def fail(self, why):
        raise SnapshotError(f'section "{self.name}", byte {self.at}: {why}')

    def raw(self, count):
        if count > len(self.data) - self.at:
            self.fail(f"{count} bytes are needed and {len(self.data) - self.at} are left")
        self.at += count
        return self.data[self.at - count : self.at]

    def u8(self):
        return self.raw(1)[0]

    def varint(self):
        value = 0
        for place in range(8):
            byte = self.u8()
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                if value >= 2**53:
                    break
                return value
        self.fail("a number is too long")

    def count(self):
        """A varint that counts things of a byte each at least."""
        count = self.varint()
        if count > len(self.data) - self.at:
            self.fail(f"{count} things do not fit into what is left")
        return count

    def end(self):
        if self.at != len(self.data):
            self.fail("bytes are left over")


# §2 The container, §3 sections

MAGIC = bytes.fromhex("8942524e0d0a1a0a")
PROTOCOL = 1
SECTIONS = {1: "meta", 2: "strings", 3: "graph", 4: "code", 5: "blobs"}
WANTED = ("meta", "strings", "graph", "blobs")


def read_sections(data):
    if data[:8] != MAGIC:
        raise SnapshotError("this is not a brine snapshot")
    if len(data) < 32:
        raise SnapshotError("the snapshot ends in its header")
    protocol, minimum, count, size, table_crc, header_crc = struct.unpack_from("<HHIQII", data, 8)
    check_crc("the header", data[:28], header_crc)
    if minimum > PROTOCOL:
        raise SnapshotError(f"the snapshot has protocol {protocol} and needs a reader of {minimum}")
    if len(data) != size:
        raise SnapshotError(f"the snapshot has {len(data)} bytes, expected {size}")
    end = 32 + 32 * count
    if end > size:
        raise SnapshotError("the section table does not fit into the file")
    check_crc("the section table", data[32:end], table_crc)
    sections = {}
    for i in range(count):
        kind, codec, flags, crc, offset, stored, raw = struct.unpack_from("<HBBIQQQ", data, 32 + 32 * i)
        name = SECTIONS.get(kind)
        start = (end + 7) // 8 * 8
        if codec != 0 or flags > 1 or stored != raw:
            raise SnapshotError(f"section {kind} is stored in an unknown way")
        if offset != start or any(data[end:start]) or offset + stored > size:
            raise SnapshotError(f"section {kind} does not follow the one before it")
        if name is None and flags == 1:
            raise SnapshotError(f"section {kind} is critical and unknown: the snapshot needs a newer reader")
        if name in sections:
            raise SnapshotError(f'section "{name}" is there twice')
        end = offset + stored
        if name in WANTED:
            check_crc(f'section "{name}"', data[offset:end], crc)
            sections[name] = data[offset:end]
    if end != size:
        raise SnapshotError(f"the last section ends at byte {end} of {size}")
    for name in WANTED:
        if name not in sections:
            raise SnapshotError(f'section "{name}" is missing')
    return sections


def check_crc(what, data, expected):
    found = zlib.crc32(data)
    if found != expected:
        raise SnapshotError(f"{what} has CRC-32 {found:08x}, expected {expected:08x}")


# §5 Strings, §8 blobs


def read_strings(data):
    reader = Reader(data, "strings")
    heads = [reader.varint() for _ in range(reader.count())]
    latin1 = Reader(reader.raw(sum(head // 2 for head in heads if head % 2 == 0)), "strings")
    utf16 = Reader(reader.raw(sum(head // 2 * 2 for head in heads if head % 2 == 1)), "strings")
    reader.end()
    return [
        utf16.raw(head // 2 * 2).decode("utf-16-le", "surrogatepass")
        if head % 2
        else latin1.raw(head // 2).decode("latin-1")
        for head in heads
    ]


def read_blobs(data):
    reader = Reader(data, "blobs")
    lengths = [reader.varint() for _ in range(reader.count())]
    blobs = []
    for length in [0] + lengths:  # the first padding stands before any blob
        blobs.append(reader.raw(length))
        if any(reader.raw(-reader.at % 8)):
            reader.fail("padding is not zero")
    reader.end()
    return blobs[1:]


# §6.3 Columns, §6.4 list columns

UNDEFINED_TAG, NULL, FALSE, TRUE, INT, DOUBLE, STRING, BIGINT, REF, HOLE_TAG, BLOB = range(11)
NUMBERLESS = {UNDEFINED_TAG: UNDEFINED, NULL: None, FALSE: False, TRUE: True, HOLE_TAG: HOLE}
SIGNED = {1: "b", 2: "h", 4: "i"}
UNSIGNED = {1: "B", 2: "H", 4: "I"}
CELLS_MAX = 50_000_000


def read_column(reader, cells):
    """The cells of a column as pairs of tag and number (None for a tag without one)."""
    if cells == 0:
        return []
    if cells > CELLS_MAX:
        reader.fail(f"a column of {cells} cells; the limit is {CELLS_MAX}")
    form = reader.u8()
    if form == 0:  # same
        tag = read_tag(reader)
        number = None if tag in NUMBERLESS else read_numbers(reader, tag, 1)[0]
        return [(tag, number)] * cells
    if form == 2:  # numbers
        tag = read_tag(reader)
        if tag in NUMBERLESS:
            reader.fail(f"tag {tag} has no numbers")
        return [(tag, number) for number in read_numbers(reader, tag, cells)]
    if form not in (1, 3):  # tags, mixed
        reader.fail(f"column form {form} is unknown")
    tags = [read_tag(reader) for _ in range(cells)]
    numbers = {}
    for tag in sorted(set(tags)):
        if tag not in NUMBERLESS:
            if form == 1:
                reader.fail(f"tag {tag} in a column without numbers")
            numbers[tag] = iter(read_numbers(reader, tag, tags.count(tag)))
    return [(tag, next(numbers[tag]) if tag in numbers else None) for tag in tags]


def read_tag(reader):
    tag = reader.u8()
    if tag > BLOB:
        reader.fail(f"tag {tag} is unknown")
    return tag


def read_numbers(reader, tag, count):
    width = reader.u8()
    code = {8: "d"}.get(width) if tag == DOUBLE else (SIGNED if tag == INT else UNSIGNED).get(width)
    if code is None:
        reader.fail(f"numbers {width} bytes wide")
    return struct.unpack(f"<{count}{code}", reader.raw(width * count))


def read_list(reader, rows):
    """A list of cells for each row."""
    lengths = read_column(reader, rows)
    if any(tag != INT or length < 0 for tag, length in lengths):
        reader.fail("a list has no length")
    items = iter(read_column(reader, sum(length for _, length in lengths)))
    return [[next(items) for _ in range(length)] for _, length in lengths]


# §6.2 Layouts, §6.5 kinds

# Name, whether it has a shape, and its state; a star marks a list.
KINDS = [
    ("object", True, ""),
    ("array", True, "items*"),
    ("sparseArray", True, "length indices* items*"),
    ("map", True, "keys* values*"),
    ("set", True, "items*"),
    ("date", True, "time"),
    ("regexp", True, "source flags"),
    ("error", True, ""),
    ("arrayBuffer", True, "bytes maxByteLength isShared"),
    ("typedArray", True, "type buffer byteOffset length"),
    ("dataView", True, "buffer byteOffset byteLength"),
    ("boxed", True, "value"),
    ("arguments", True, ""),
    ("url", True, "href"),
    ("symbol", False, "isRegistered description"),
    ("reference", False, "space name path*"),
    ("tombstone", False, "path what reason hint isCallable"),
    ("function", True, "code scope home"),
    ("class", True, "code scope heritage computedKeys*"),
    ("member", True, "owner element"),
    ("bound", True, "target this args*"),
    ("prototype", True, "of"),
    ("scope", False, "parent"),
    ("custom", False, "state"),
    ("dictionary", True, "keys* values*"),
]
ACCESSOR = 8
# Codes of the struct and array modules, by type. None: Python's array has no half floats.
TYPED_ARRAYS = ["b", "B", "B", "h", "H", "i", "I", "f", "d", "q", "Q", None]


class Segment:
    """A layout and the rows that have it."""

    def __init__(self, reader, strings):
        def name():
            index = reader.varint()
            if index >= len(strings):
                reader.fail(f"string {index} of {len(strings)}")
            return strings[index]

        kind = reader.varint()
        if kind >= len(KINDS):
            reader.fail(f"kind {kind} is unknown")
        self.kind, self.has_shape, state = KINDS[kind]
        self.state_names = state.split()
        self.reducer = (name(), reader.varint()) if self.kind == "custom" else None
        self.proto = reader.varint()
        self.flags = reader.varint()
        self.keys = []
        for _ in range(reader.count()):
            head = reader.varint()
            if head % 2 == 0 and head // 2 >= len(strings):
                reader.fail(f"string {head // 2} of {len(strings)}")
            key = (REF, head // 2) if head % 2 else (STRING, head // 2)
            self.keys.append((key, reader.u8()))
        self.privates = 0
        for _ in range(reader.count()):
            reader.varint()  # the class
            self.privates += len([name() for _ in range(reader.count())])
        self.rows = reader.varint()

    def read_columns(self, reader):
        self.state = {}
        for name in self.state_names:
            is_list = name.endswith("*")
            self.state[name.rstrip("*")] = (read_list if is_list else read_column)(reader, self.rows)
        self.properties = []
        for key, attributes in self.keys:
            is_accessor = self.has_shape and attributes & ACCESSOR
            columns = [read_column(reader, self.rows) for _ in range(2 if is_accessor else 1)]
            self.properties.append((key, None if is_accessor else columns[0]))
        for _ in range(self.privates):
            read_column(reader, self.rows)


class Snapshot:
    """A snapshot, decoded. `meta` is what it says of itself, `roots` its values by name."""

    def __init__(self, data):
        sections = read_sections(data)
        self.meta = json.loads(sections["meta"])
        self.strings = read_strings(sections["strings"])
        self.blobs = read_blobs(sections["blobs"])
        reader = Reader(sections["graph"], "graph")
        count, blobs = reader.varint(), reader.varint()
        if blobs != len(self.blobs):
            reader.fail(f"it speaks of {blobs} blobs and there are {len(self.blobs)}")
        self.segments = [Segment(reader, self.strings) for _ in range(reader.count())]
        if sum(segment.rows for segment in self.segments) != count or count > CELLS_MAX:
            reader.fail(f"segments do not hold the {count} values it speaks of")
        for segment in self.segments:
            segment.read_columns(reader)
        names = [reader.varint() for _ in range(reader.count())]
        cells = read_column(reader, len(names))
        reader.end()
        self.values = []
        for segment in self.segments:
            self.values.extend(self.shell(segment, row) for row in range(segment.rows))
        first_id = 0
        for segment in self.segments:
            for row in range(segment.rows):
                self.fill(segment, row, first_id + row)
            first_id += segment.rows
        self.roots = {self.at(self.strings, name): self.cell(cell) for name, cell in zip(names, cells)}

    def at(self, table, index):
        if index >= len(table):
            raise SnapshotError(f"number {index} of {len(table)}")
        return table[index]

    def cell(self, cell):
        tag, number = cell
        if tag in NUMBERLESS:
            return NUMBERLESS[tag]
        if tag in (INT, DOUBLE):
            return number
        if tag == STRING:
            return self.at(self.strings, number)
        if tag == BIGINT:
            return BigInt(self.at(self.strings, number), 16)
        return self.at(self.values if tag == REF else self.blobs, number)

    # Every value exists before any is filled, so that references may point anywhere.

    def shell(self, segment, row):
        kind = segment.kind
        text = lambda name: self.cell(segment.state[name][row])
        if kind in ("array", "sparseArray"):
            return []
        if kind in ("map", "set"):
            return Entries("Map" if kind == "map" else "Set")
        if kind == "date":
            return self.date(text("time"))
        if kind == "arrayBuffer":
            return self.blob(segment, row)
        if kind == "typedArray":
            return self.typed_array(segment, row)
        if kind == "dataView":
            return self.view(segment, row, "byteLength", 1)
        if kind == "boxed" and segment.state["value"][row][0] != REF:
            return text("value")
        if kind == "regexp":
            return Named("regexp", f"/{text('source')}/{text('flags')}")
        if kind == "url":
            return Named("url", text("href"))
        if kind == "symbol":
            return Named("symbol", str(text("description")))
        if kind == "reference":
            path = [self.cell(step) for step in segment.state["path"][row]]
            return Named(text("space"), ".".join([text("name")] + path))
        if kind == "tombstone":
            return Named("missing", f"{text('path')}: {text('what')}, {text('reason')}")
        if kind == "custom":
            return Named("custom", segment.reducer[0])
        if kind in ("object", "dictionary", "error", "arguments", "prototype"):
            return {}
        return Named(kind)

    def fill(self, segment, row, id_):
        value, kind = self.values[id_], segment.kind
        lists = lambda name: [self.cell(cell) for cell in segment.state[name][row]]
        if kind == "array":
            value.extend(lists("items"))
        elif kind == "sparseArray":
            value.extend(zip(lists("indices"), lists("items")))
        elif kind == "set":
            value.extend(lists("items"))
        elif kind == "map":
            value.extend(zip(lists("keys"), lists("values")))
        elif kind == "dictionary":
            value.update(zip(map(str, lists("keys")), lists("values")))
        if not isinstance(value, dict):
            return
        for key, column in segment.properties:
            name = self.cell(key)
            name = name if isinstance(name, str) else repr(name)
            value[name] = Named("accessor") if column is None else self.cell(column[row])

    def blob(self, segment, row):
        tag, number = segment.state["bytes"][row]
        if tag != BLOB:
            raise SnapshotError("a buffer has no bytes")
        return bytes(self.at(self.blobs, number))

    def date(self, time):
        try:
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            return epoch + datetime.timedelta(milliseconds=time)
        except (OverflowError, ValueError):
            return Named("date", str(time))

    # Buffers may come after their views, so bytes are taken from the blob that the buffer's row names.
    def view(self, segment, row, length_name, width):
        tag, buffer_id = segment.state["buffer"][row]
        offset = self.cell(segment.state["byteOffset"][row])
        length = self.cell(segment.state[length_name][row])
        for other in self.segments:
            if tag == REF and buffer_id < other.rows:
                if other.kind != "arrayBuffer":
                    break
                data = self.blob(other, buffer_id)
                end = len(data) if length is UNDEFINED else offset + length * width
                if end > len(data):
                    raise SnapshotError("a view reaches beyond its buffer")
                return bytes(data[offset:end])
            buffer_id -= other.rows
        raise SnapshotError("a view is on something that is no buffer")

    def typed_array(self, segment, row):
        code = self.at(TYPED_ARRAYS, self.cell(segment.state["type"][row]))
        width = struct.calcsize(code or "e")
        data = self.view(segment, row, "length", width)
        if code == "B":
            return data
        if code is None:
            return [number for (number,) in struct.iter_unpack("<e", data)]
        numbers = array.array(code, data)
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers.tolist()


def main(arguments):
    if not arguments:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            snapshot = Snapshot(file.read())
    except (OSError, SnapshotError, TypeError, ValueError) as error:  # the last two: a graph that contradicts itself
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    meta = snapshot.meta
    print(f"{meta['type']}, brine {meta['brine']}, Node {meta['node']}, {len(snapshot.values)} values")
    for name, value in snapshot.roots.items():
        if len(arguments) == 1 or name in arguments[1:]:
            # ascii() leaves nothing in a name or a text that could move a cursor
            print(f"{ascii(name)[1:-1] or '(value)'} = {ascii(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
