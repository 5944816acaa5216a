"""Column types and expressions that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Integer,
    Uuid,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from uuid_utils import uuid7


class Utc(TypeDecorator[datetime]):
    """An instant; always aware and in UTC on the Python side."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Any:
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _as_text(value: datetime | None) -> str | None:
    """As SQLAlchemy writes it to SQLite, in a quarter of the time: an event has three of them."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:-6]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


class TextId(Uuid[str]):
    """Where a database has no such type, SQLAlchemy takes each id apart into a number and prints that."""

    def __init__(self) -> None:
        super().__init__(as_uuid=False)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        usual: Any = super()
        return usual.result_processor(dialect, coltype) if dialect.supports_native_uuid else _dashed


def _dashed(value: str | None) -> str | None:
    if value is None:
        return None
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


# Not JSONB: it sorts the keys of a document, whose first key is a verb and whose order is that of the file.
Json = JSON(none_as_null=True)
Id = TextId()
BigId = BigInteger().with_variant(Integer(), "sqlite")
"""Counts up by itself on both."""


def new_id() -> str:
    """A uuid7: unique, and in order of time."""
    return str(uuid7())


def pk() -> Column[str]:
    return Column("id", Id, primary_key=True, default=new_id)


def ref(
    name: str, to: str, *, nullable: bool = False, index: bool = False, primary_key: bool = False
) -> Column[str]:
    return Column(name, Id, ForeignKey(to), nullable=nullable, index=index, primary_key=primary_key)


class db_now(FunctionElement[datetime]):  # noqa: N801 - reads like the SQL function it is
    """The database's own time, plus ``seconds``: for leases and retries, which must not depend on a
    worker's clock."""

    type = Utc()
    inherit_cache = True

    def __init__(self, seconds: float = 0) -> None:
        # A parameter, so that one compiled statement serves whatever the seconds are.
        super().__init__(literal(float(seconds), Float()))


@compiles(db_now, "sqlite")
def _sqlite_now(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    return f"strftime('%Y-%m-%d %H:%M:%f000', 'now', printf('%+.3f seconds', {seconds}))"


@compiles(db_now, "postgresql")
def _postgresql_now(element: db_now, compiler: SQLCompiler, **kw: Any) -> str:
    seconds = compiler.process(element.clauses, **kw)
    return f"(clock_timestamp() + make_interval(secs => CAST({seconds} AS double precision)))"
