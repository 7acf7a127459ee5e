"""What a violated unique index means to people: the index is the rule, this gives it its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from shared.contracts.errors import Problem
from shared.kit.session import Session


@contextmanager
def refusing(session: Session, refusals: dict[str, Problem]) -> Iterator[None]:
    """Flush what the block adds; raise the problem named for the index that refuses it."""
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if name not in refusals:
            raise
        raise refusals[name] from error
