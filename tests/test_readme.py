"""The README tells the truth: its commands exist, its pictures are there, its tables are fresh."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from ganpaint.cli.main import TABLE
from tests.benchmarks import readme

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """Lines of the shell blocks that run ganpaint."""
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("ganpaint ")]


@pytest.mark.parametrize("line", commands())
def test_every_command_is_understood(line: str) -> None:
    import importlib

    words = shlex.split(line)[1:]
    command = importlib.import_module(f"ganpaint.cli.{TABLE[words[0]][0]}").COMMANDS[words[0]]
    command.parser(words[0]).parse_args(words[1:])


def test_all_commands_are_shown() -> None:
    shown = {shlex.split(line)[1] for line in commands()}
    assert set(TABLE) - shown <= {"run", "convert"}


def test_pictures_and_links_are_there() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert len(targets) >= 5
    missing = [t for t in targets if not t.startswith("http") and not (ROOT / t).exists()]
    assert not missing


def test_the_two_lines_are_the_ones_that_ci_runs() -> None:
    assert "\nsh resources/setup.sh ganpaint\n" in TEXT
    assert "\nGANPAINT_TESTS=1 sh resources/setup.sh python -m pytest -q\n" in TEXT
    assert "sh resources/setup.sh python -m pytest -q" in (ROOT / ".ci/run").read_text("utf-8")


def test_tables_are_those_of_the_results() -> None:
    assert readme.filled(TEXT) == TEXT, "run python -m tests.benchmarks readme"


def test_the_script_example_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - our own example
    assert tuple(names["images"].shape) == (4, 3, 64, 64)  # type: ignore[attr-defined]
