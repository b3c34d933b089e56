"""The borders and budgets of the house, read from the syntax trees (README, Architecture).

Every rule is a function of the parsed package, so that a broken border names file and line.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "ganpaint"

BASE = {
    "errors", "progress", "latent", "model_info", "catalogue", "class_names", "manifest",
    "paths", "atomic", "preferences", "download", "immortal", "provenance",
}  # fmt: skip

# part → what else of ganpaint it may import; base files are free to all
ALLOWED: dict[str, set[str]] = {
    "base": set(),
    "picture": {"picture"},
    "document": {"document", "picture", "tasks.requests"},
    "engine": {"engine"},
    "training": {"training", "engine", "picture"},
    "tasks": {"tasks", "picture", "document", "engine", "training"},
    "jobs": {"jobs", "tasks.requests"},
    "cli": {"cli", "document", "picture.recognise", "tasks.requests", "tasks.studio"},
    "ui": {"ui", "picture", "document", "jobs", "tasks.requests", "tasks.studio"},
    "entry": {"cli", "ui", "engine.checkpoints"},
}
FOREIGN: dict[str, set[str]] = {  # part → packages of others that it must never import
    "base": {"torch", "PySide6", "PIL"},
    "picture": {"torch", "PySide6"},
    "document": {"torch", "PySide6"},
    "engine": {"PySide6", "PIL"},
    "training": {"PySide6"},
    "tasks": {"PySide6"},
    "jobs": {"torch", "PySide6.QtGui", "PySide6.QtWidgets"},
    "cli": {"PySide6", "torch"},
    "ui": {"torch"},
    "entry": {"torch", "PySide6"},
}
# file → (lines, reason): the only files that may pass the budget of 400 lines
LONG_FILES: dict[str, tuple[int, str]] = {
    "ganpaint/tasks/requests.py": (545, "the one menu of everything that can be asked"),
}
# class → (lines, reason)
LONG_CLASSES: dict[str, tuple[int, str]] = {
    "CanvasView": (330, "Qt wants every event handler of the canvas on one widget"),
}
# qualified function → (lines, reason)
LONG_FUNCTIONS: dict[str, tuple[int, str]] = {}
# qualified function → (parameters, reason)
MANY_PARAMETERS: dict[str, tuple[int, str]] = {}
# module → the test or story that covers it, where no file of its own mirrors it
COVERED_BY: dict[str, str] = {
    "ganpaint.document.stroke": "document/test_document.py",
}

EMPTY_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "core"}


@dataclass
class Module:
    """One parsed file of the package."""

    path: Path
    name: str
    tree: ast.Module
    lines: int
    part: str = ""
    imports: list[tuple[str, int, bool]] = field(default_factory=list)  # name, line, typing only


def part_of(name: str) -> str:
    """Which room of the house a module belongs to."""
    pieces = name.split(".")
    if len(pieces) < 2 or pieces[1] == "__main__":
        return "entry"
    return "base" if pieces[1] in BASE else pieces[1]


def imported(tree: ast.Module, name: str, is_package: bool) -> Iterator[tuple[str, int, bool]]:
    """Every imported module of a file, with its line and whether it is for type checkers only."""
    typing_only: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            typing_only.update(n for child in node.body for n in ast.walk(child))
    for node in ast.walk(tree):
        only = node in typing_only
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, only
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = name.split(".")[: None if is_package else -1]
                parents = parents[: len(parents) - node.level + 1]
                base = ".".join([*parents, base] if base else parents)
            for alias in node.names:
                yield f"{base}.{alias.name}", node.lineno, only


@cache
def modules() -> tuple[Module, ...]:
    """The whole package, parsed once."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        dotted = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        is_package = dotted.endswith(".__init__")
        name = dotted.removesuffix(".__init__")
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        module = Module(path, name, tree, text.count("\n") + 1, part_of(name))
        module.imports = list(imported(tree, name, is_package))
        found.append(module)
    return tuple(found)


def where(module: Module, line: int) -> str:
    return f"{module.path.relative_to(ROOT)}:{line}"


def target_module(name: str) -> str:
    """The module that an imported dotted name lives in."""
    known = {m.name for m in modules()}
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def test_parts_import_only_what_the_table_allows() -> None:
    faults = []
    for module in modules():
        allowed = ALLOWED[module.part]
        for name, line, typing_only in module.imports:
            if not name.startswith("ganpaint.") or typing_only:
                continue
            target = target_module(name)
            inner = target.removeprefix("ganpaint").removeprefix(".")
            if part_of(target) in ("base", "entry") and target != "ganpaint.__main__":
                continue
            if not any(inner == a or inner.startswith(a + ".") for a in allowed):
                faults.append(f"{where(module, line)} {module.part} imports {name}")
    assert not faults, "\n".join(faults)


def test_parts_keep_clear_of_foreign_packages() -> None:
    faults = []
    for module in modules():
        for name, line, typing_only in module.imports:
            if typing_only:
                continue
            for foreign in FOREIGN[module.part]:
                if name == foreign or name.startswith(foreign + "."):
                    faults.append(f"{where(module, line)} {module.part} imports {name}")
    assert not faults, "\n".join(faults)


def test_no_import_cycles() -> None:
    """Imports inside functions count; those for type checkers only do not."""
    graph = {
        m.name: {
            t
            for name, _, only in m.imports
            if not only and name.startswith("ganpaint") and (t := target_module(name)) != m.name
        }
        for m in modules()
    }
    packages = {m.name for m in modules() if m.path.name == "__init__.py"}
    state: dict[str, int] = {}
    cycles: list[str] = []

    def visit(name: str, trail: list[str]) -> None:
        state[name] = 1
        for target in sorted(graph.get(name, ())):
            # a package's table of contents imports its files, which import from the package's
            # other files: only module-to-module cycles count
            if target in packages and name.startswith(target + "."):
                continue
            if state.get(target) == 1:
                cycles.append(" → ".join([*trail[trail.index(target) :], target]))
            elif target not in state:
                visit(target, [*trail, target])
        state[name] = 2

    for name in sorted(graph):
        if name not in state:
            visit(name, [name])
    assert not cycles, "\n".join(cycles)


def functions(module: Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef):
                yield f"{prefix}.{child.name}", child
                yield from walk(child, f"{prefix}.{child.name}")
            elif isinstance(child, ast.ClassDef):
                yield from walk(child, f"{prefix}.{child.name}")

    yield from walk(module.tree, module.name)


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Lines of a definition without its docstring."""
    total = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if ast.get_docstring(node) is not None:
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def test_size_budgets() -> None:
    """Files ≤ 400 lines, functions ≤ 50, classes ≤ 300, parameters ≤ 6."""
    faults = []
    for module in modules():
        path = module.path.relative_to(ROOT).as_posix()
        ceiling = LONG_FILES.get(path, (400, ""))[0]
        if module.lines > ceiling:
            faults.append(f"{path}: {module.lines} lines (limit {ceiling})")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                limit = LONG_CLASSES.get(node.name, (300, ""))[0]
                if body_lines(node) > limit:
                    lines = body_lines(node)
                    faults.append(f"{where(module, node.lineno)} class {node.name}: {lines} lines")
        for name, function in functions(module):
            limit = LONG_FUNCTIONS.get(name, (50, ""))[0]
            if body_lines(function) > limit:
                faults.append(f"{name}: {body_lines(function)} lines (limit {limit})")
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            count = len([a for a in arguments if a.arg not in ("self", "cls")])
            if count > MANY_PARAMETERS.get(name, (6, ""))[0]:
                faults.append(f"{name}: {count} parameters")
    assert not faults, "\n".join(faults)


def test_names_say_something_and_modules_have_docstrings() -> None:
    faults = []
    for module in modules():
        if module.name.rpartition(".")[2] in EMPTY_NAMES:
            faults.append(f"{module.name}: the name says nothing")
        if not ast.get_docstring(module.tree):
            faults.append(f"{module.name}: no docstring")
    assert not faults, "\n".join(faults)


def test_every_module_has_a_counterpart_in_tests() -> None:
    missing = []
    for module in modules():
        relative = module.path.relative_to(PACKAGE)
        if relative.name in ("__init__.py", "__main__.py") or module.name in COVERED_BY:
            continue
        counterpart = ROOT / "tests" / relative.parent / f"test_{relative.name}"
        if not counterpart.exists():
            missing.append(module.name)
    assert not missing, "no test file for: " + ", ".join(missing)
    for name, test in COVERED_BY.items():
        assert (ROOT / "tests" / test).exists(), f"{name} claims to be covered by {test}"


def dotted_calls(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


@pytest.mark.parametrize(
    ("forbidden", "allowed_in"),
    [
        ({"pickle", "_pickle", "cPickle"}, {"ganpaint.engine.checkpoints.unpickle"}),
        ({"marshal", "shelve"}, set()),
        ({"socket", "urllib", "http", "ssl", "requests"}, {"ganpaint.download"}),
    ],
)
def test_dangerous_modules_stay_in_their_one_place(
    forbidden: set[str], allowed_in: set[str]
) -> None:
    faults = [
        f"{where(m, line)} imports {name}"
        for m in modules()
        for name, line, _ in m.imports
        if name.split(".")[0] in forbidden and m.name not in allowed_in
    ]
    assert not faults, "\n".join(faults)


def test_forbidden_calls() -> None:
    faults = []
    for module in modules():
        for call, line in dotted_calls(module):
            bad = (
                call in ("eval", "exec", "torch.load", "compile")
                or (call == "print" and module.part != "cli")
                or (module.part == "engine" and call.startswith("torch.optim."))
                or (
                    module.part == "ui"
                    and call.rpartition(".")[2] in ("processEvents", "sleep", "exec")
                    and module.name != "ganpaint.ui.app"
                )
                or call.endswith("QThread.terminate")
            )
            if bad:
                faults.append(f"{where(module, line)} calls {call}")
    assert not faults, "\n".join(faults)


def test_threads_live_in_jobs_only() -> None:
    faults = [
        f"{where(m, line)} imports {name}"
        for m in modules()
        for name, line, only in m.imports
        if not only
        and (name.split(".")[0] == "threading" or name.endswith(".QThread"))
        and m.part != "jobs"
        and m.name != "ganpaint.progress"
    ]
    assert not faults, "\n".join(faults)


def test_arrays_become_qimages_in_one_place() -> None:
    faults = [
        f"{where(m, line)} imports {name}"
        for m in modules()
        for name, line, _ in m.imports
        if name.split(".")[0] == "qimage2ndarray" and m.name != "ganpaint.ui.qimage"
    ]
    assert not faults, "\n".join(faults)


def test_broad_excepts_stand_in_two_places_only() -> None:
    allowed = {"ganpaint.jobs.worker", "ganpaint.ui.app"}
    faults = []
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ExceptHandler):
                names = ast.unparse(node.type) if node.type else "everything"
                broad = names in ("everything", "Exception", "BaseException")
                if broad and module.name not in allowed:
                    faults.append(f"{where(module, node.lineno)} catches {names}")
                if len(node.body) == 1 and isinstance(node.body[0], ast.Pass):
                    faults.append(f"{where(module, node.lineno)} passes over {names} in silence")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("imports", "absent"),
    [
        ("ganpaint", "torch"),
        ("ganpaint.cli.main", "torch"),
        ("ganpaint.cli.main", "PySide6"),
        ("ganpaint.ui.app", "torch"),
        ("ganpaint.ui.app", "scipy"),
        ("ganpaint.tasks.requests", "torch"),
        ("ganpaint.engine.projection", "PySide6"),
        ("ganpaint.engine.projection", "torch._dynamo"),
    ],
)
def test_fresh_interpreter(imports: str, absent: str) -> None:
    """What must not come along with an import, seen in a new process."""
    code = f"import sys, {imports}; sys.exit({absent!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 0, f"importing {imports} also loads {absent}"
