"""The checked expression as a small tree. CEL hands it out only as a protobuf message, read here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory

Field = descriptor_pb2.FieldDescriptorProto
SCALARS = {"string": Field.TYPE_STRING, "int64": Field.TYPE_INT64, "bool": Field.TYPE_BOOL}
SCALARS |= {"double": Field.TYPE_DOUBLE, "int32": Field.TYPE_INT32, "uint64": Field.TYPE_UINT64}

# The parts of cel/expr/checked.proto that are read here: message -> field -> (number, type, repeated).
SHAPE: dict[str, dict[str, tuple[int, str, bool]]] = {
    "Checked": {"expr": (4, "Expr", False), "source": (5, "Source", False)},
    "Source": {"positions": (4, "Place", True)},
    "Place": {"id": (1, "int64", False), "offset": (2, "int32", False)},
    "Expr": {
        "id": (2, "int64", False),
        "constant": (3, "Constant", False),
        "ident": (4, "Ident", False),
        "call": (6, "CallOf", False),
        "items": (7, "Items", False),
    },
    "Ident": {"name": (1, "string", False)},
    "CallOf": {"target": (1, "Expr", False), "function": (2, "string", False), "args": (3, "Expr", True)},
    "Items": {"elements": (1, "Expr", True)},
    "Constant": {
        "bool": (2, "bool", False),
        "int": (3, "int64", False),
        "uint": (4, "uint64", False),
        "double": (5, "double", False),
        "string": (6, "string", False),
    },
}


@dataclass(frozen=True)
class Constant:
    value: object
    at: int
    """Offset in the CEL text."""


@dataclass(frozen=True)
class Name:
    name: str
    at: int


@dataclass(frozen=True)
class Call:
    function: str
    args: tuple[Node, ...]
    at: int
    method: bool = False
    """Called on its first argument: ``lead.industry.contains("soft")``."""


@dataclass(frozen=True)
class Items:
    elements: tuple[Node, ...]
    at: int


@dataclass(frozen=True)
class Other:
    """What conditions do not use: maps, messages, loops over lists, ``has()``."""

    at: int


Node = Constant | Name | Call | Items | Other


def tree(serialized: bytes) -> Node:
    packed = any_pb2.Any.FromString(serialized)
    checked = CHECKED.FromString(packed.value)
    places = {place.id: place.offset for place in checked.source.positions}
    return _node(checked.expr, places)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for below in parts(node):
        yield from walk(below)


def parts(node: Node) -> Sequence[Node]:
    match node:
        case Call(args=args):
            return args
        case Items(elements=elements):
            return elements
    return ()


def _node(expr: Any, places: dict[int, int]) -> Node:
    at = places.get(expr.id, 0)
    if expr.HasField("ident"):
        return Name(expr.ident.name, at)
    if expr.HasField("call"):
        method = expr.call.HasField("target")
        args = [expr.call.target, *expr.call.args] if method else expr.call.args
        return Call(expr.call.function, tuple(_node(arg, places) for arg in args), at, method)
    if expr.HasField("items"):
        return Items(tuple(_node(element, places) for element in expr.items.elements), at)
    if expr.HasField("constant"):
        fields = expr.constant.ListFields()
        return Constant(fields[0][1] if fields else None, at)
    return Other(at)


def _checked_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="nurture/checked.proto", package="nurture", syntax="proto2"
    )
    for name, shape in SHAPE.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, repeated) in shape.items():
            label = Field.LABEL_REPEATED if repeated else Field.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, label=label)
            if kind in SCALARS:
                added.type = SCALARS[kind]
            else:
                added.type, added.type_name = Field.TYPE_MESSAGE, f".nurture.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("nurture.Checked"))


CHECKED = _checked_class()
