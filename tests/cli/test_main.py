"""Help, versions, wrong usage and exit codes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganpaint import __version__
from ganpaint.cli import main as module
from ganpaint.cli.main import TABLE, main

from .conftest import Ran

ROOT = Path(__file__).parents[2]


def test_the_list_of_commands_is_the_commands(ganpaint) -> None:
    done = ganpaint("--help")
    assert done.code == 0
    for name, (part, summary) in TABLE.items():
        commands = module.importlib.import_module(f"ganpaint.cli.{part}").COMMANDS
        assert commands[name].summary == summary
        assert f"  {name} " in done.out
        assert summary in done.out
    everything = {
        n
        for part, _ in TABLE.values()
        for n in module.importlib.import_module(f"ganpaint.cli.{part}").COMMANDS
    }
    assert everything == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_every_command_helps_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    text = capsys.readouterr().out
    assert f"ganpaint {name} " in text.partition("examples:")[2]
    assert "None" not in text


def test_version(ganpaint) -> None:
    assert ganpaint("--version").out == f"ganpaint {__version__}\n"


def in_fresh_interpreter(*words: str) -> tuple[str, float]:
    """Modules loaded by a command, and its processor time."""
    code = (
        "import sys, time, contextlib, io; from ganpaint.__main__ import main\n"
        "with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        f"    main({list(words)!r})\n"
        "print(time.process_time(), *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        timeout=60,
    )  # fmt: skip
    seconds, *modules = done.stdout.split()
    return " ".join(modules), float(seconds)


@pytest.mark.parametrize("words", [["--help"], ["project", "--help"], ["models"], ["nonsense"]])
def test_help_and_lists_load_neither_torch_nor_qt(words: list[str]) -> None:
    modules, seconds = in_fresh_interpreter(*words)
    loaded = set(modules.split())
    assert not loaded & {"torch", "PySide6", "scipy", "PIL", "lpips", "tqdm"}
    assert seconds < 2
    if words == ["--help"]:
        assert "numpy" not in loaded


def test_help_answers_at_once() -> None:
    times = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "ganpaint", "--help"], cwd=ROOT, check=True,
                       capture_output=True, timeout=60)  # fmt: skip
        times.append(time.perf_counter() - began)
    assert min(times) < 1


@pytest.mark.behaviour("B6")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["projekt"], '"projekt" is neither a command nor a file that is there. Did you mean proj'),
        (["cat.jpg"], '"cat.jpg" is neither a command nor a file'),
        (["project"], "The following arguments are required: PHOTO, --out."),
        (["project", "a", "--out", "b", "--steps", "x"], '"x" is not a whole number.'),
        (["project", "a", "--out", "b", "--steps", "0"], "0 is less than 1."),
        (["project", "a", "--out", "b", "--space", "y"], '"y" is not a space; there are z, w, w+.'),
        (["project", "a", "--out", "b", "--loss", "lpips"], '"lpips" is not a weight; write NAME'),
        (["project", "a", "--out", "b", "--strength", "9"], "9 is not between 0 and 1.5."),
        (["project", "a", "--out", "b", "--bogus"], "Unrecognized arguments: --bogus."),
        (["interpolate", "a", "b", "--out", "c", "--frames", "1"], "1 is less than 2."),
        (["models", "--threads"], "Argument --threads: expected one argument."),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_2(ganpaint, words: list[str], sentence: str) -> None:
    done: Ran = ganpaint(*words)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("ganpaint: ")
    assert sentence in done.err
    assert done.err.count("\n") == 1
    for word in ("invalid", "Traceback", "!", "please"):
        assert word not in done.err


@pytest.mark.behaviour("B5")
def test_errors_are_objects_with_json(ganpaint) -> None:
    for words in (["project", "--json"], ["nonsense", "--json"], ["inspect", "none", "--json"]):
        done: Ran = ganpaint(*words)
        assert done.code == 2
        assert done.err == ""
        (record,) = done.records
        assert set(record["error"]) == {"kind", "sentence", "remedy", "exit_code"}
        assert record["error"]["exit_code"] == 2
