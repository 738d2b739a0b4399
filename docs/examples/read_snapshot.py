#!/usr/bin/env python3
"""Lists the names in a brine snapshot and the plain data they hold. Runs nothing of the file.

    python3 read_snapshot.py work.pkl            every name and its value
    python3 read_snapshot.py work.pkl model      one name; only what it needs of the file is read

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
    """Bytes of one section, and what they are made of (§1). Every read is checked against the end."""

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

    def align(self, width):
        if any(self.raw(-self.at % width)):
            self.fail("padding is not zero")

    def many(self, code, count):
        """Numbers of one width, at a multiple of it; `code` is that of the struct module."""
        width = struct.calcsize(code)
        self.align(width)
        return struct.unpack(f"<{count}{code}", self.raw(width * count))

    def numbers(self, count):
        """`count` unsigned numbers of one width."""
        return self.many(self.width(UNSIGNED), count) if count else ()

    def width(self, codes):
        width = self.u8()
        if width not in codes:
            self.fail(f"numbers {width} bytes wide")
        return codes[width]

    def whole(self, count, free, codes):
        """`count` numbers of one width, or runs of numbers that follow each other."""
        if count == 0:
            return ()
        if self.data[self.at : self.at + 1] != b"\0":
            return self.many(self.width(codes), count)
        self.at += 1
        free.charge(self, count)
        runs = self.count()
        starts, lengths = self.many(codes[4], runs), self.many("I", runs)
        if sum(lengths) != count:
            self.fail(f"runs do not add up to {count}")
        return tuple(start + i for start, length in zip(starts, lengths) for i in range(length))

    def strings(self, count):
        if count == 0:
            return []
        wide = self.u8()
        if wide > 1:
            self.fail(f"strings of mode {wide}")
        heads = self.numbers(count)
        if not wide:
            heads = [head * 2 for head in heads]
        latin1 = Reader(self.raw(sum(head // 2 for head in heads if head % 2 == 0)), self.name)
        if wide:
            self.align(2)
        utf16 = Reader(self.raw(sum(head // 2 * 2 for head in heads if head % 2 == 1)), self.name)
        return [
            utf16.raw(head // 2 * 2).decode("utf-16-le", "surrogatepass")
            if head % 2
            else latin1.raw(head // 2).decode("latin-1")
            for head in heads
        ]

    def texts(self, count):
        """The strings of `count` cells: in order, or each once and an index a cell."""
        mode = self.u8()
        if mode > 1:
            self.fail(f"texts of mode {mode}")
        if mode == 0:
            return self.strings(count)
        table = self.strings(self.count())
        return [self.item(table, index, "text") for index in self.numbers(count)]

    def item(self, table, index, what):
        if index >= len(table):
            self.fail(f"{what} {index} of {len(table)}")
        return table[index]

    def end(self):
        if self.at != len(self.data):
            self.fail("bytes are left over")


SIGNED = {1: "b", 2: "h", 4: "i"}
UNSIGNED = {1: "B", 2: "H", 4: "I"}


class Free:
    """Counts cells that take no bytes of their own (§11): a few bytes must not fill the memory."""

    def __init__(self, file_bytes):
        self.left = 2**22 + 4 * file_bytes

    def charge(self, reader, cells):
        self.left -= cells
        if self.left < 0:
            reader.fail("more cells without bytes than a file of this size may have")


# §2 The container, §3 sections

MAGIC = bytes.fromhex("8942524e0d0a1a0a")
PROTOCOL = 1
META, INDEX, CODE, STRIPE, BLOBS = range(1, 6)
SECTIONS = {META: "meta", INDEX: "index", CODE: "code", STRIPE: "stripe", BLOBS: "blobs"}


class Container:
    """Header and table. A section's bytes are checked when it is read."""

    def __init__(self, data):
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
        self.data, self.entries = data, []
        for i in range(count):
            kind, codec, flags, crc, offset, stored, raw = struct.unpack_from("<HBBIQQQ", data, 32 + 32 * i)
            start = (end + 7) // 8 * 8
            if codec != 0 or flags > 1 or stored != raw:
                raise SnapshotError(f"section {i} is stored in an unknown way")
            if offset != start or any(data[end:start]) or offset + stored > size:
                raise SnapshotError(f"section {i} does not follow the one before it")
            if kind not in SECTIONS and flags == 1:
                raise SnapshotError(f"section {i} is critical and unknown: the snapshot needs a newer reader")
            if kind not in (STRIPE, BLOBS) and any(kind == entry[0] for entry in self.entries):
                raise SnapshotError(f"sections of kind {kind} are there twice")
            end = offset + stored
            self.entries.append((kind, crc, offset, end))
        if end != size:
            raise SnapshotError(f"the last section ends at byte {end} of {size}")

    def only(self, kind):
        for place, entry in enumerate(self.entries):
            if entry[0] == kind:
                return self.section(place, kind)
        raise SnapshotError(f'section "{SECTIONS[kind]}" is missing')

    def section(self, place, kind):
        found, crc, start, end = self.entries[place]
        if found != kind:
            raise SnapshotError(f"section {place} is no {SECTIONS[kind]}")
        check_crc(f'section {place}, "{SECTIONS[kind]}"', self.data[start:end], crc)
        return self.data[start:end]


def check_crc(what, data, expected):
    found = zlib.crc32(data)
    if found != expected:
        raise SnapshotError(f"{what} has CRC-32 {found:08x}, expected {expected:08x}")


# §5 The index


class Group:
    """Where the values of a group are, and what it points to: pairs of group and id."""

    def __init__(self, reader, groups, free):
        self.count = reader.varint()
        reader.varint()  # the unit
        reader.varint()  # cells that take no bytes
        self.stripes = [reader.varint() for _ in range(reader.count())]
        for _ in range(reader.count()):
            reader.varint()  # a text of code
        self.blob_bytes = [reader.varint() for _ in range(reader.count())]
        sections = reader.count() if self.blob_bytes else 0
        self.blob_sections = [(reader.varint(), reader.varint()) for _ in range(sections)]
        if sum(count for _, count in self.blob_sections) != len(self.blob_bytes):
            reader.fail("sections do not hold the blobs of a group")
        self.links = read_links(reader, groups, free)
        self.blobs, self.segments, self.values, self.where = [], [], [], []


def read_links(reader, groups, free):
    count = reader.varint()
    numbers = reader.whole(count, free, UNSIGNED)
    if any(number >= groups for number in numbers):
        reader.fail("a link to a group that is not there")
    return list(zip(numbers, reader.whole(count, free, UNSIGNED)))


class Index:
    def __init__(self, container, free):
        reader = Reader(container.only(INDEX), "index")
        count = reader.count()
        self.groups = [Group(reader, count, free) for _ in range(count)]
        self.names = reader.strings(reader.count())
        links = read_links(reader, count, free)
        self.roots = read_column(reader, len(self.names), Bounds(0, links, [], free))
        reader.end()
        for number, id_ in [link for group in self.groups for link in group.links] + links:
            if id_ >= self.groups[number].count:
                reader.fail("a link to a value that is not there")
        used = [place for group in self.groups for place in group.stripes]
        used += [place for group in self.groups for place, _ in group.blob_sections]
        kinds = enumerate(entry[0] for entry in container.entries)
        if sorted(used) != [place for place, kind in kinds if kind in (STRIPE, BLOBS)]:
            reader.fail("a section belongs to no group, or to two")
        if sum(group.count for group in self.groups) > CELLS_MAX:
            reader.fail(f"more than {CELLS_MAX} values")

    def needed(self, names):
        """Groups that the roots of these names lead to; all of them without names."""
        if names is None:
            return list(range(len(self.groups)))
        roots = zip(self.names, self.roots)
        stack = [cell[1][0] for name, cell in roots if name in names and cell[0] == REF]
        found = set()
        while stack:
            number = stack.pop()
            if number not in found:
                found.add(number)
                stack.extend(other for other, _ in self.groups[number].links)
        return sorted(found)


# §6.3 Columns, §6.4 list columns

UNDEFINED_TAG, NULL, FALSE, TRUE, INT, DOUBLE, STRING, BIGINT, REF, HOLE_TAG, BLOB, LINK = range(12)
NUMBERLESS = {UNDEFINED_TAG: UNDEFINED, NULL: None, FALSE: False, TRUE: True, HOLE_TAG: HOLE}
CELLS_MAX = 50_000_000


class Bounds:
    """What the cells of a group can point to."""

    def __init__(self, group, links, blobs, free, count=0):
        self.group, self.links, self.blobs, self.free, self.count = group, links, blobs, free, count

    def target(self, reader, number):
        if number >= self.count:
            reader.fail(f"id {number} of {self.count}")
        return self.group, number


def read_column(reader, cells, bounds):
    """
    The cells of a column as pairs of tag and what goes with it: a number, a string, the bytes of a blob, the group and
    id of a reference (links become references), or nothing.
    """
    if cells == 0:
        return []
    if cells > CELLS_MAX:
        reader.fail(f"a column of {cells} cells; the limit is {CELLS_MAX}")
    form = reader.u8()
    if form == 0:  # same
        bounds.free.charge(reader, cells)
        tag = read_tag(reader)
        return ([(tag, None)] if tag in NUMBERLESS else read_payload(reader, tag, 1, bounds)) * cells
    if form == 2:  # uniform
        tag = read_tag(reader)
        if tag in NUMBERLESS:
            reader.fail(f"tag {tag} has no payload")
        return read_payload(reader, tag, cells, bounds)
    if form == 4:  # runs
        tags = read_tag_runs(reader, cells, bounds)
    elif form in (1, 3):  # tags, mixed
        tags = [read_tag(reader) for _ in range(cells)]
    else:
        reader.fail(f"column form {form} is unknown")
    payloads = {}
    for tag in sorted(set(tags)):
        if tag not in NUMBERLESS:
            if form == 1:
                reader.fail(f"tag {tag} in a column without payload")
            payloads[tag] = iter(read_payload(reader, tag, tags.count(tag), bounds))
    return [next(payloads[tag]) if tag in payloads else (tag, None) for tag in tags]


def read_tag_runs(reader, cells, bounds):
    runs = reader.varint()
    tags = [read_tag(reader) for _ in range(runs)]
    lengths = reader.numbers(runs)
    if sum(lengths) != cells or 0 in lengths:
        reader.fail(f"runs of tags do not fit a column of {cells} cells")
    spread = [tag for tag, length in zip(tags, lengths) for _ in range(length)]
    bounds.free.charge(reader, sum(tag in NUMBERLESS for tag in spread))
    return spread


def read_tag(reader):
    tag = reader.u8()
    if tag > LINK:
        reader.fail(f"tag {tag} is unknown")
    return tag


def read_payload(reader, tag, count, bounds):
    if tag in (STRING, BIGINT):
        return [(tag, text) for text in reader.texts(count)]
    if tag == DOUBLE:
        return [(tag, whole_or_not(number)) for number in reader.many(reader.width({8: "d"}), count)]
    numbers = reader.whole(count, bounds.free, SIGNED if tag == INT else UNSIGNED)
    if tag == REF:
        return [(REF, bounds.target(reader, number)) for number in numbers]
    if tag == LINK:
        return [(REF, reader.item(bounds.links, number, "link")) for number in numbers]
    if tag == BLOB:
        return [(BLOB, reader.item(bounds.blobs, number, "blob")) for number in numbers]
    return [(INT, number) for number in numbers]


def whole_or_not(number):
    """JavaScript has one kind of number, and a whole one may be among doubles."""
    is_whole = number.is_integer() and abs(number) < 2**53 and str(number) != "-0.0"
    return int(number) if is_whole else number


def read_list(reader, rows, bounds):
    """A list of cells for each row."""
    lengths = read_column(reader, rows, bounds)
    if any(tag != INT or length < 0 for tag, length in lengths):
        reader.fail("a list has no length")
    items = iter(read_column(reader, sum(length for _, length in lengths), bounds))
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
    ("proxy", False, "target handler isCallable"),
    ("promise", True, "state result"),
    ("weakMap", True, "keys* values*"),
    ("weakSet", True, "items*"),
    ("weakRef", True, "target"),
    ("host", True, "type parts*"),
]
ACCESSOR = 8
# Codes of the struct and array modules, by type. None: Python's array has no half floats.
TYPED_ARRAYS = ["b", "B", "B", "h", "H", "i", "I", "f", "d", "q", "Q", None]


class Segment:
    """A layout and the rows that have it."""

    def __init__(self, reader, names, bounds):
        def name():
            return reader.item(names, reader.varint(), "name")

        def pointer(number):
            if number % 2:
                return REF, reader.item(bounds.links, number // 2, "link")
            return REF, bounds.target(reader, number // 2)

        kind = reader.varint()
        if kind >= len(KINDS):
            reader.fail(f"kind {kind} is unknown")
        self.kind, self.has_shape, state = KINDS[kind]
        self.state_names = state.split()
        self.reducer = (name(), reader.varint()) if self.kind == "custom" else None
        proto = reader.varint()
        if self.has_shape and proto == 0:
            reader.fail(f"a {self.kind} without a prototype field")
        self.proto = pointer(proto - 2) if proto > 1 else None
        self.flags = reader.varint()
        self.keys = []
        for _ in range(reader.count()):
            head = reader.varint()
            key = pointer(head // 2) if head % 2 else (STRING, reader.item(names, head // 2, "name"))
            if any(key == other for other, _ in self.keys):
                reader.fail("a layout has a key twice")
            self.keys.append((key, reader.u8()))
        self.privates = 0
        for _ in range(reader.count()):
            pointer(reader.varint() // 2)  # the class
            self.privates += len([name() for _ in range(reader.count())])
        self.rows = reader.varint()
        if self.rows > bounds.count:
            reader.fail(f"{self.rows} rows in a group of {bounds.count} values")
        self.ids = reader.whole(self.rows, bounds.free, UNSIGNED)

    def read_columns(self, reader, bounds):
        self.state = {}
        for name in self.state_names:
            is_list = name.endswith("*")
            self.state[name.rstrip("*")] = (read_list if is_list else read_column)(reader, self.rows, bounds)
        self.properties = []
        for key, attributes in self.keys:
            is_accessor = self.has_shape and attributes & ACCESSOR
            columns = [read_column(reader, self.rows, bounds) for _ in range(2 if is_accessor else 1)]
            self.properties.append((key, None if is_accessor else columns[0]))
        for _ in range(self.privates):
            read_column(reader, self.rows, bounds)


class Snapshot:
    """
    A snapshot, decoded. `meta` is what it says of itself, `roots` its values by name: those of `names`, or all. Groups
    that these do not lead to are not read.
    """

    def __init__(self, data, names=None):
        self.container = Container(data)
        self.free = Free(len(data))
        self.meta = json.loads(self.container.only(META))
        self.index = Index(self.container, self.free)
        self.groups = self.index.groups
        needed = self.index.needed(names)
        for number in needed:
            self.read_group(number)
        for number in needed:
            for segment in self.groups[number].segments:
                for row, id_ in enumerate(segment.ids):
                    self.groups[number].values[id_] = self.shell(segment, row)
        for number in needed:
            for segment in self.groups[number].segments:
                for row, id_ in enumerate(segment.ids):
                    self.fill(segment, row, self.groups[number].values[id_])
        roots = zip(self.index.names, self.index.roots)
        self.roots = {name: self.cell(cell) for name, cell in roots if names is None or name in names}

    def read_group(self, number):
        group = self.groups[number]
        lengths = iter(group.blob_bytes)
        for place, count in group.blob_sections:  # §8
            reader = Reader(self.container.section(place, BLOBS), "blobs")
            for _ in range(count):
                reader.align(8)
                group.blobs.append(reader.raw(next(lengths)))
            reader.end()
        bounds = Bounds(number, group.links, group.blobs, self.free, group.count)
        group.where = [None] * group.count
        for place in group.stripes:  # §6.1
            reader = Reader(self.container.section(place, STRIPE), "stripe")
            if reader.varint() != number:
                reader.fail(f"it is not of group {number}, as the index says")
            names = reader.strings(reader.count())
            segments = [Segment(reader, names, bounds) for _ in range(reader.count())]
            for segment in segments:
                segment.read_columns(reader, bounds)
                for row, id_ in enumerate(segment.ids):
                    if id_ >= group.count or group.where[id_] is not None:
                        reader.fail(f"value {id_} of {group.count} is there twice or should not be")
                    group.where[id_] = (segment, row)
            reader.end()
            group.segments += segments
        if None in group.where:
            raise SnapshotError(f"values of group {number} are missing")
        group.values = [None] * group.count

    def cell(self, cell):
        tag, what = cell
        if tag in NUMBERLESS:
            return NUMBERLESS[tag]
        if tag == BIGINT:
            return BigInt(what, 16)
        if tag == REF:
            group, id_ = what
            return self.groups[group].values[id_]
        return what

    # Every value exists before any is filled, so that references may point anywhere.

    def shell(self, segment, row):
        kind = segment.kind
        text = lambda name: self.cell(segment.state[name][row])
        if kind in ("array", "sparseArray"):
            return []
        if kind in ("map", "set", "weakMap", "weakSet"):
            return Entries(kind[0].upper() + kind[1:])
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
        if kind == "host":
            parts = [self.cell(part) for part in segment.state["parts"][row] if part[0] != REF]
            return Named(text("type"), " ".join(map(str, parts)))
        if kind == "custom":
            return Named("custom", segment.reducer[0])
        if kind in ("object", "dictionary", "error", "arguments", "prototype"):
            return {}
        return Named(kind)

    def fill(self, segment, row, value):
        kind = segment.kind
        lists = lambda name: [self.cell(cell) for cell in segment.state[name][row]]
        if kind == "array":
            value.extend(lists("items"))
        elif kind == "sparseArray":
            value.extend(zip(lists("indices"), lists("items")))
        elif kind in ("set", "weakSet"):
            value.extend(lists("items"))
        elif kind in ("map", "weakMap"):
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
        tag, data = segment.state["bytes"][row]
        if tag != BLOB:
            raise SnapshotError("a buffer has no bytes")
        return bytes(data)

    def date(self, time):
        try:
            epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
            return epoch + datetime.timedelta(milliseconds=time)
        except (OverflowError, ValueError):
            return Named("date", str(time))

    # Buffers may come after their views, so bytes are taken from the blob that the buffer's row names.
    def view(self, segment, row, length_name, width):
        tag, target = segment.state["buffer"][row]
        offset = self.cell(segment.state["byteOffset"][row])
        length = self.cell(segment.state[length_name][row])
        if tag != REF:
            raise SnapshotError("a view is on something that is no buffer")
        group, id_ = target
        buffer, buffer_row = self.groups[group].where[id_]
        if buffer.kind != "arrayBuffer":
            raise SnapshotError("a view is on something that is no buffer")
        data = self.blob(buffer, buffer_row)
        end = len(data) if length is UNDEFINED else offset + length * width
        if not 0 <= offset <= end <= len(data):
            raise SnapshotError("a view reaches beyond its buffer")
        return bytes(data[offset:end])

    def typed_array(self, segment, row):
        type_ = self.cell(segment.state["type"][row])
        if type_ not in range(len(TYPED_ARRAYS)):
            raise SnapshotError(f"typed array {type_} is unknown")
        code = TYPED_ARRAYS[type_]
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


# Values lie in each other as deep as they like; printing them does not go so far.
def shown(value):
    try:
        return ascii(value)
    except RecursionError:
        return "<too deep to print>"


def main(arguments):
    if not arguments:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        with open(arguments[0], "rb") as file:
            snapshot = Snapshot(file.read(), arguments[1:] or None)
    except (OSError, SnapshotError, TypeError, ValueError) as error:  # the last two: a graph that contradicts itself
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 1
    meta = snapshot.meta
    count = sum(group.count for group in snapshot.groups)
    print(f"{meta['type']}, brine {meta['brine']}, Node {meta['node']}, {count} values")
    for name, value in snapshot.roots.items():
        # ascii() leaves nothing in a name or a text that could move a cursor
        print(f"{ascii(name)[1:-1] or '(value)'} = {shown(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
