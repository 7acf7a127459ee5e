"""The base of every service's tables, and the column kinds that all of them share."""

from __future__ import annotations

import types
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache, partial
from typing import Any, ClassVar, cast
from uuid import UUID, SafeUUID

import uuid_utils
from pydantic.fields import FieldInfo
from sqlalchemy import DateTime, MetaData, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm.attributes import set_attribute
from sqlmodel import Field, SQLModel

from shared.kit.tenancy import Policy

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class ServiceTable(SQLModel):
    """A table of one service. `__policy__` says who may see and change its rows; it has no default."""

    __policy__: ClassVar[Policy]

    def __init__(self, **given: Any) -> None:
        """A new row: defaults, then what is given.

        SQLModel sets each field twice, once tracked by SQLAlchemy and once by pydantic (320 us for a worker). A new row
        is inserted whole and needs neither.
        """
        fields = _fields_of(type(self))
        values = {name: default() for name, default in fields.items() if default is not None and name not in given}
        values.update((name, value) for name, value in given.items() if name in fields)
        self.__dict__.update(values)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _fields_of(type(self)):
            set_attribute(self, name, value)
        else:
            super().__setattr__(name, value)


@lru_cache(maxsize=1024)
def _fields_of(table: type[ServiceTable]) -> dict[str, Callable[[], Any] | None]:
    """What makes each field's default; nothing for a field that must be given."""
    return {name: None if field.is_required() else _default_of(field) for name, field in table.model_fields.items()}


def _default_of(field: FieldInfo) -> Callable[[], Any]:
    if field.default_factory is not None:
        return cast(Callable[[], Any], field.default_factory)
    return partial(deepcopy if isinstance(field.default, list | dict | set) else _same, field.default)


def _same(value: Any) -> Any:
    return value


def service_tables(service: str) -> type[ServiceTable]:
    """The base class of one service's tables: its own metadata, in its own schema."""
    namespace = {
        "__module__": f"services.{service}.models",
        "metadata": MetaData(schema=service, naming_convention=NAMING),
        "__annotations__": {},
    }
    made = types.new_class(f"{service.title()}Table", (ServiceTable,), exec_body=lambda body: body.update(namespace))
    return cast(type[ServiceTable], made)


def new_id() -> UUID:
    """A UUIDv7: ordered by time, so that indexes stay compact.

    Made past UUID's constructor, which checks its argument for longer than everything else takes.
    """
    made = object.__new__(UUID)
    object.__setattr__(made, "int", uuid_utils.uuid7().int)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


def utc_now() -> datetime:
    return datetime.now(UTC)


class TextEnum(TypeDecorator[Enum]):
    """An enum persisted as its text value, so that a new member needs no migration."""

    impl = String
    cache_ok = True

    def __init__(self, enum: type[Enum]) -> None:
        super().__init__(40)
        self.enum = enum

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else str(self.enum(value).value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Enum | None:
        return None if value is None else self.enum(value)

    def __repr__(self) -> str:
        return "String(length=40)"


def text_enum(enum: type[Enum], **field: Any) -> Any:
    return Field(sa_type=cast(Any, TextEnum(enum)), **field)


def timestamp(*, nullable: bool = False, index: bool = False, default_now: bool = True) -> Any:
    """A moment, always with its zone."""
    given: dict[str, Any] = {"sa_type": DateTime(timezone=True), "nullable": nullable, "index": index}
    if nullable:
        given["default"] = None
    elif default_now:
        given["default_factory"] = utc_now
    return Field(**given)


def jsonb(default_factory: Callable[[], Any] | None = dict, *, nullable: bool = False) -> Any:
    if nullable:
        return Field(default=None, sa_type=JSONB, nullable=True)
    return Field(default_factory=cast(Any, default_factory), sa_type=JSONB, nullable=False)
