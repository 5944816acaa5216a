"""A part of a condition, written as an author would."""

from __future__ import annotations

from nurture.conditions.expression import Call, Constant, Items, Name, Node
from nurture.conditions.language import OPERATORS

BINDS = {"_*_": 6, "_/_": 6, "_+_": 5, "_-_": 5, "_&&_": 2, "_||_": 1, "_?_:_": 0}
COMPARES = 4
UNARY = 7


def written(node: Node) -> str:
    return _written(node, 0)


def _written(node: Node, around: int) -> str:
    match node:
        case Name(name):
            return name
        case Constant(value):
            return _constant(value)
        case Items(elements):
            return f"[{', '.join(map(written, elements))}]"
        case Call("known" | "changed" as function, args):
            names = [str(arg.value) if at == 0 and isinstance(arg, Constant) else written(arg)
                     for at, arg in enumerate(args)]  # fmt: skip
            return f"{function}({', '.join(names)})"
        case Call(function, args) if function in OPERATORS:
            binds = _binds(function, len(args))
            text = _operation(function, args, binds)
            return f"({text})" if binds < around else text
        case Call(function, (target, *others), method=True):
            return f"{_written(target, UNARY)}.{function}({', '.join(map(written, others))})"
        case Call(function, args):
            return f"{function}({', '.join(map(written, args))})"
    return "..."


def _operation(function: str, args: tuple[Node, ...], binds: int) -> str:
    if function == "_?_:_":
        return " ".join([_written(args[0], 1), "?", written(args[1]), ":", written(args[2])])
    sign = OPERATORS[function]
    if len(args) == 1:
        return f"{sign}{_written(args[0], binds)}"
    return f" {sign} ".join([_written(args[0], binds), *(_written(arg, binds + 1) for arg in args[1:])])


def _binds(function: str, count: int) -> int:
    return UNARY if count == 1 else BINDS.get(function, COMPARES)


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}" if value != int(value) or abs(value) >= 1e15 else str(int(value))
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
