"""The small, bounded part of Jinja that a message may use."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes, pass_context
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import _PassArg
from jinja2.visitor import NodeTransformer

from nurture.delivery.moments import day, when
from nurture.delivery.work import LONGEST_TEXT, WORK, Refused, Work

LARGEST_NUMBER = 10**15
LONGEST_RANGE = 1_000
LARGEST_POWER = 16


class Sandbox(ImmutableSandboxedEnvironment):
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, *, autoescape: bool, finalize: Callable[[Any], Any]) -> None:
        super().__init__(
            undefined=StrictUndefined, autoescape=autoescape, finalize=finalize, keep_trailing_newline=True
        )
        self.filters = {**MEASURED, COUNTED: _counted, HELD: _held}
        self.globals = {"range": _range}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            _hold(len(left) + len(right))
        elif not (_is_number(left) and _is_number(right)):
            raise Refused(f"{operator} works on numbers, and + on two texts")
        elif operator == "**" and abs(right) > LARGEST_POWER:
            raise Refused(f"a power above {LARGEST_POWER}")
        made = super().call_binop(context, operator, left, right)
        return context[WORK].made(made) if type(made) is str else made

    def getattr(self, obj: Any, attribute: str) -> Any:
        # A field may be called "items": of a dict only what is in it counts, never a method.
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Undefined):
            return super().getitem(obj, argument)
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)


@dataclass(frozen=True, slots=True)
class Reference:
    """A name as it stands in the source, such as lead.first_name."""

    dotted: str
    line: int
    guarded: bool = False
    """Whether the text itself says what stands there when it is empty."""


def read(environment: Sandbox, text: str) -> nodes.Template:
    """The parsed text, held to the allowed part of Jinja. Raises TemplateSyntaxError."""
    try:
        tree = environment.parse(text)
    except RecursionError:
        raise TemplateSyntaxError("this nests too deeply", 1) from None
    for node in tree.find_all(nodes.Node):
        _allow(node)
    return tree


def bounded(tree: nodes.Template) -> nodes.Template:
    """The same text with its loops and lists counted."""
    return _Counted().visit(tree)  # type: ignore[no-any-return]


def references(tree: nodes.Template) -> list[Reference]:
    """What the text reads from outside, each as far as its name is written out."""
    given = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    own = given | {"loop", "range"}
    found = [reference for reference in _outermost(tree) if reference.dotted.split(".")[0] not in own]
    return sorted(found, key=lambda reference: reference.line)


def _outermost(node: nodes.Node, *, guarded: bool = False) -> Iterator[Reference]:
    dotted = dotted_name(node)
    if dotted:
        yield Reference(dotted, node.lineno, guarded)
        return
    here = isinstance(node, nodes.Test) or (isinstance(node, nodes.Filter) and node.name in WITH_DEFAULT)
    for child in node.iter_child_nodes():
        yield from _outermost(child, guarded=here)


def dotted_name(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name=name, ctx="load"):
            return str(name)
        case nodes.Getattr(node=inner, attr=attribute):
            start = dotted_name(inner)
            return f"{start}.{attribute}" if start else ""
        case nodes.Getitem(node=inner, arg=nodes.Const(value=str(key))):
            start = dotted_name(inner)
            return f"{start}.{key}" if start else ""
    return ""


WITH_DEFAULT = ("default", "d")

ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign,
    nodes.Name, nodes.Const, nodes.Tuple, nodes.List, nodes.Dict, nodes.Pair, nodes.CondExpr,
    nodes.Filter, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod,
    nodes.Pow, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Call, nodes.Keyword, nodes.With,
)  # fmt: skip

OF_DATES = ("date", "datetime", "dateformat", "format_date", "strftime", "time", "date_format")
"""Filters of other systems."""
INSTEAD = {
    "Concat": "write {{ a }}{{ b }}, or use +",
    "Block": "layouts take the text at {{ content }}",
    "Extends": "name the layout at the top of the message instead",
    "Include": "blocks stand in bodies and layouts",
    "Import": "a message stands for itself",
    "FromImport": "a message stands for itself",
    "Macro": "write templates/blocks/NAME.md, and include it",
    "AssignBlock": "use {% set name = ... %} on one line",
}


def _allow(node: nodes.Node) -> None:
    kind = type(node).__name__
    if not isinstance(node, ALLOWED):
        raise TemplateSyntaxError(f"{kind.lower()} cannot be used here: {INSTEAD.get(kind, '')}", node.lineno)
    if isinstance(node, nodes.Name) and node.name in ("self", "super", "caller", "varargs", "kwargs"):
        raise TemplateSyntaxError(f"{node.name} cannot be used in a message", node.lineno)
    if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name == "range"):
        raise TemplateSyntaxError("nothing can be called in a message but range(): use a filter", node.lineno)
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        near = get_close_matches(node.name, FILTERS, n=1)
        there = ", ".join(name for name in FILTERS)
        hint = f"did you mean {near[0]}?" if near else f"there are {there}"
        if node.name in OF_DATES:
            hint = "a date is written with |day, a moment with |when"
        raise TemplateSyntaxError(f"there is no filter {node.name}: {hint}", node.lineno)


def all_ways(tree: nodes.Template) -> nodes.Template:
    """The same with every branch taken, one after the other, whatever it asks."""
    return bounded(_AllWays().visit(tree))


class _AllWays(NodeTransformer):
    def visit_If(self, node: nodes.If) -> list[nodes.Node]:  # noqa: N802
        self.generic_visit(node)
        return [*node.body, *(one for other in node.elif_ for one in _inside(other)), *node.else_]

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.test = None
        return node


def _inside(node: nodes.Node) -> list[nodes.Node]:
    return node.body if isinstance(node, nodes.If) else [node]


class _Counted(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - the visitor's naming
        self.generic_visit(node)
        node.iter = _filtered(node.iter, COUNTED)
        return node

    def visit_List(self, node: nodes.Expr) -> nodes.Node:  # noqa: N802
        return _filtered(self.generic_visit(node), HELD)

    visit_Dict = visit_List  # noqa: N815

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(node, HELD) if node.ctx == "load" else node


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


COUNTED, HELD = "nurture counted", "nurture held"
"""Names that nobody can write."""


@pass_context
def _counted(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    if isinstance(values, (str, Mapping)):
        raise Refused("a loop goes over a list")
    work: Work = context[WORK]
    for value in values:
        work.turn()
        yield value


@pass_context
def _held(context: Context, value: Any) -> Any:
    return context[WORK].made(value)


def _measured(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The same, with what it makes counted."""
    wants = PASSED.get(getattr(filter_, "jinja_pass_arg", None), ())

    @pass_context
    def measured(context: Context, *given: Any, **named: Any) -> Any:
        first = (getter(context) for getter in wants)
        return context[WORK].made(filter_(*first, *given, **named))

    return measured


PASSED: Mapping[Any, tuple[Callable[[Context], Any], ...]] = {
    _PassArg.context: (lambda context: context,),
    _PassArg.eval_context: (lambda context: context.eval_ctx,),
    _PassArg.environment: (lambda context: context.environment,),
}


def _range(*ends: int) -> range:
    made = range(*ends)
    if len(made) > LONGEST_RANGE:
        raise Refused(f"a range is longer than {LONGEST_RANGE}")
    return made


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and abs(value) <= LARGEST_NUMBER


def _hold(length: int) -> None:
    if length > LONGEST_TEXT:
        raise Refused(f"a text is longer than {LONGEST_TEXT // 1024} KiB")


def _default(value: Any, instead: Any = "") -> Any:
    # Jinja's own takes an empty field for a value, and "Dear ," goes out.
    return instead if isinstance(value, Undefined) or value is None or value == "" else value


def _join(values: Iterable[Any], between: str = "") -> str:
    parts = [str(value) for value in values]
    _hold(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def _replace(value: Any, old: str, new: str) -> str:
    text = str(value)
    _hold(len(text) + text.count(old) * len(new))
    return text.replace(old, new)


def _round(value: float, digits: int = 0) -> float:
    return round(value, min(max(digits, -6), 6))


def _as_it_is(value: Any) -> Any:
    return value


JINJAS = (
    "abs", "capitalize", "count", "first", "float", "int", "last", "length", "list", "lower", "max", "min",
    "reverse", "sort", "title", "trim", "truncate", "unique", "upper", "wordcount",
)  # fmt: skip

FILTERS: dict[str, Callable[..., Any]] = {
    **{name: JINJA_FILTERS[name] for name in JINJAS},
    "d": _default,
    "day": day,
    "default": _default,
    "e": _as_it_is,  # everything is escaped anyway, and in Markdown in its own way
    "escape": _as_it_is,
    "join": _join,
    "replace": _replace,
    "round": _round,
    "when": when,
}

MAKE_NOTHING = ("d", "default", "e", "escape", "day", "when")
MEASURED = {name: one if name in MAKE_NOTHING else _measured(one) for name, one in FILTERS.items()}
