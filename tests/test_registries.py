"""Every plug-in folder's table of contents names all that lies in the folder."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "ganpaint"

# folder → (table, files that are parts of entries and no entries of their own)
TABLES: dict[str, tuple[str, set[str]]] = {
    "engine/optimisers": ("OPTIMISERS", set()),
    "picture/exporters": ("EXPORTERS", set()),
    "ui/tools": ("TOOLS", {"base", "outline", "stroking"}),
    "ui/docks": ("DOCKS", set()),
    "engine/losses": ("LOSSES", set()),
}


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Name → the module of this folder it comes from."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found[alias.asname or alias.name] = node.module.rpartition(".")[2]
    return found


def used_names(tree: ast.Module, table: str) -> set[str]:
    """Every name that the table, or a function of its file, refers to."""
    assert any(
        isinstance(node, ast.Assign | ast.AnnAssign) and table in ast.unparse(node).split("=")[0]
        for node in tree.body
    ), f"there is no {table}"
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("folder", TABLES)
def test_folder_and_table_agree(folder: str) -> None:
    table, parts = TABLES[folder]
    tree = ast.parse((PACKAGE / folder / "__init__.py").read_text(encoding="utf-8"))
    modules = {p.stem for p in (PACKAGE / folder).glob("*.py") if p.stem != "__init__"} - parts
    sources = imported_names(tree)
    entered = {sources[name] for name in used_names(tree, table) if name in sources}
    assert modules <= entered, f"not in {table}: {sorted(modules - entered)}"
    assert len(list((PACKAGE / folder).glob("*.py"))) > 1


def test_every_command_of_the_table_is_there() -> None:
    import importlib

    from ganpaint.cli.main import TABLE

    for name, (module, summary) in TABLE.items():
        commands = importlib.import_module(f"ganpaint.cli.{module}").COMMANDS
        assert commands[name].summary.lower() == summary.lower()
        assert commands[name].parser(name).format_help().count("ganpaint ") >= 2
