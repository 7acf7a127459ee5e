"""Rules of the house that no linter knows. Each names the reason, so that who meets it can judge an exception."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT, Source, dotted, sources

LONGEST_FILE = 400
LONGEST_SCENARIO = 520
HEAVY = {
    "ortools", "numpy", "pandas", "pyvrp", "python_calamine", "typst", "lxml", "pypinyin", "rjieba", "xlsxwriter",
    "phonenumbers", "matplotlib", "obstore", "authlib",
}  # fmt: skip
# Where a transaction ends: the kit alone. `shared/kit/migrate.py` speaks to Alembic's own connection.
MAY_COMMIT = ("shared/kit/",)


def test_import_rules() -> None:
    """design: deploy -> gateway | services -> shared.kit -> shared.contracts; the contracts are in pyproject.toml."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_contracts_import_only_pydantic_and_the_standard_library() -> None:
    allowed = set(sys.stdlib_module_names) | {"pydantic", "typing_extensions", "annotated_types"}
    wrong = [
        f"{source.at(node)} imports {module}"
        for source in sources("shared/contracts")
        for node, module in source.imports()
        if module.split(".")[0] not in allowed and not module.startswith("shared.contracts.")
    ]
    assert not wrong


def test_a_transaction_ends_in_the_kit_alone() -> None:
    """One transaction per entrypoint: an effect, its events and the stored reply are kept or lost together."""
    wrong = [
        f"{source.at(node)} {name}()"
        for source in sources("services", "gateway", "shared")
        if not source.path.startswith(MAY_COMMIT) and not source.is_migration
        for node, name in source.calls()
        if name.rpartition(".")[2] in ("commit", "rollback") and name.rpartition(".")[0] not in _savepoints(source)
    ]
    assert not wrong


@cache
def _savepoints(source: Source) -> set[str]:
    """Names bound to a savepoint, which noun modules may roll back to."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and _opens_savepoint(node.value):
            found |= {dotted(target) for target in node.targets}
        elif isinstance(node, ast.withitem) and node.optional_vars and _opens_savepoint(node.context_expr):
            found.add(dotted(node.optional_vars))
    return found


def _opens_savepoint(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func).endswith(".begin_nested")


def test_no_sql_as_text_outside_migrations_and_the_kit() -> None:
    """SQL in strings escapes the type checker and invites values into it. An index's condition in a model may stay."""
    wrong = [
        source.at(node)
        for source in sources("services", "gateway")
        if not source.is_migration
        for node, name in source.calls()
        if name in _sql_text_names(source) and node not in _index_conditions(source)
    ]
    assert not wrong


@cache
def _sql_text_names(source: Source) -> set[str]:
    names = {"sqlalchemy.text", "sa.text", "sqlmodel.text"}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("sqlalchemy", "sqlmodel"):
            names |= {name.asname or name.name for name in node.names if name.name in ("text", "literal_column")}
    return names


@cache
def _index_conditions(source: Source) -> set[ast.AST]:
    return {
        keyword.value
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "postgresql_where"
    }


def test_migrations_of_a_service_are_one_chain() -> None:
    """Two that were written side by side carry the same number, and no database would start."""
    wrong = []
    for folder in sorted((ROOT / "services").glob("*/migrations/versions")):
        files = sorted(folder.glob("[0-9]*.py"))
        said = [
            tuple(re.findall(r'^(?:down_)?revision(?:: [^=]+)? = "?(\w+)"?$', file.read_text(), re.MULTILINE))
            for file in files
        ]
        numbers = [file.name[:4] for file in files]
        if said != list(zip(numbers, ["None", *numbers], strict=False)) or len(set(numbers)) != len(numbers):
            wrong.append(f"{folder.relative_to(ROOT)}: {said}")
    assert not wrong


def test_every_endpoint_is_async() -> None:
    """The gateway's event loop is never blocked by a thread pool: the only way out is `await` on the bus."""
    methods = {"get", "post", "put", "patch", "delete", "head", "options", "api_route", "websocket"}
    wrong = [
        f"{source.at(node)} {node.name}"
        for source in sources("gateway")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        and dotted(decorator.func).rpartition(".")[2] in methods
        and dotted(decorator.func).rpartition(".")[0].rpartition(".")[2] in ("router", "app", "pages")
    ]
    assert not wrong


def test_heavy_libraries_load_when_first_needed() -> None:
    """The platform at rest stays under 350 MB; a job that needs a solver loads it in its own process."""
    wrong = [
        f"{source.at(node)} imports {module}"
        for source in sources("shared", "services", "gateway")
        for node, module in source.imports(top_level_only=True)
        if module.split(".")[0] in HEAVY
    ]
    assert not wrong


def test_only_settings_read_the_environment() -> None:
    """Every setting has one name, one default and one place where it is described."""
    allowed = ("shared/kit/settings.py", "shared/kit/patching.py", "shared/kit/__init__.py", "deploy/")
    wrong = [
        source.at(node)
        for source in sources()
        if not source.path.startswith(allowed)
        for node in ast.walk(source.tree)
        if dotted(node) in ("os.environ", "os.getenv")
    ]
    assert not wrong


def test_only_the_kit_makes_a_service_scope() -> None:
    """A service scope is the machinery's: nobody who answers a person may put it on. Starting up may."""
    wrong = [
        f"{source.at(node)} {module}"
        for source in sources("services", "gateway")
        for node, module in source.imports()
        if module in ("shared.kit.context.service_context", "shared.contracts.scopes.Service")
    ]
    assert not wrong


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("shared", "services", "gateway", "deploy", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if "versions" not in path.parts  # a migration is generated, and read once
        if (lines := len(path.read_text(encoding="utf-8").splitlines()))
        > (LONGEST_SCENARIO if folder == "tests" else LONGEST_FILE)
    }
    assert not long, f"more than {LONGEST_FILE} lines: {long}"


def test_tests_wait_for_conditions() -> None:
    """A sleep is too long on a fast machine and too short on a busy one: tests.support.waiting has the one there is."""
    wrong = [
        source.at(node)
        for source in sources("tests")
        if not source.path.startswith(("tests/support/waiting.py", "tests/bench/"))
        for node, name in source.calls()
        if name.rpartition(".")[2] == "sleep" and not _is_zero(node)
    ]
    assert not wrong


def _is_zero(node: ast.Call) -> bool:
    """`asyncio.sleep(0)` gives way to other tasks and waits for nothing."""
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == 0


# vocabulary.md: words that say nothing about what a thing is.
BANNED = {"manager", "helper", "helpers", "util", "utils", "processor", "data", "info", "handler"}
ALLOWED = {"exception_handlers"}  # the argument's name is FastAPI's


def _names(source: Source) -> Iterator[tuple[str, str]]:
    for part in Path(source.path).with_suffix("").parts:
        yield part, source.path
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, source.at(node)


def _words(name: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower().strip("_").split("_")


def test_names_say_what_a_thing_is() -> None:
    wrong = {
        f"{place} {name}"
        for source in sources()
        if not source.is_migration
        for name, place in _names(source)
        if name not in ALLOWED and (BANNED & set(_words(name)) or name == "Order")
    }
    assert not wrong


def test_a_worker_is_a_person() -> None:
    """劳动力: nothing that runs is called a worker, and referral means 一带十 alone."""
    runs = re.compile(r"(?i)worker_?(process|thread|pool|loop|queue)|(process|thread|job|task)_?worker")
    wrong = {f"{place} {name}" for source in sources() for name, place in _names(source) if runs.search(name)}
    assert not wrong
