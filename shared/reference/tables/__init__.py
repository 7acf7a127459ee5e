"""Reads a reference table that ships with the distribution."""

import csv
from collections.abc import Iterator
from importlib.resources import files


def rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(text(name).splitlines())


def text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")
