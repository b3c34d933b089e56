"""The `ganpaint` command: which command, its help, exit codes.

0 done, 1 failed, 2 bad input or usage, 130 ended by Ctrl+C. The table below is all that `--help`
needs: no command's module, and so neither NumPy nor torch, is imported for it.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from ganpaint import __version__
from ganpaint.errors import GanpaintError

# command → module under ganpaint.cli, one line for the list
TABLE: dict[str, tuple[str, str]] = {
    "project": ("paint", "find the code whose picture looks like a photo"),
    "scribble": ("paint", "make colour strokes real: from nothing, from a photo or from a code"),
    "swap": ("codes", "carry a code to another class, or a mix of classes, and keep the pose"),
    "render": ("codes", "paint a code, with sliders and truncation, or a new sample"),
    "sheet": ("codes", "paint samples by class on one sheet"),
    "interpolate": ("codes", "paint the way from one code to another: frames and a GIF"),
    "inspect": ("models", "say what is in a model file; nothing in it is run"),
    "models": ("models", "list the models on this computer"),
    "convert": ("models", "write a model in another form"),
    "train": ("train", "train a generator on a folder of your own pictures"),
    "run": ("paint", "repeat a step of the window or of a command from its recipe"),
}

HELP = """usage: ganpaint [FILE …]           open the window, with pictures or projects
       ganpaint COMMAND … --help   what a command takes, with examples
       ganpaint --version

Image editing with generative networks, on this computer alone.

commands:
{commands}

examples:
  ganpaint
  ganpaint cat.jpg
  ganpaint project cat.jpg --out cat
  ganpaint swap cat/code.npz --class ginger --photo cat.jpg --out ginger

exit codes: 0 done, 1 failed, 2 bad input or usage, 130 ended by Ctrl+C
"""


def help_text() -> str:
    """What `ganpaint --help` prints."""
    width = max(map(len, TABLE))
    lines = (f"  {name:<{width}}  {summary}" for name, (_, summary) in TABLE.items())
    return HELP.format(commands="\n".join(lines))


def main(
    arguments: Sequence[str] | None = None, make_studio: Callable[..., Any] | None = None
) -> int:
    """Run one command.

    Args:
        arguments: without the program's name; those of the process when None.
        make_studio: gives the Studio for `device` and `threads`; for tests.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help", "help"):
        print(help_text(), end="")
        return 0
    if words[0] in ("-V", "--version"):
        print(f"ganpaint {__version__}")
        return 0
    return _command(words[0], words[1:], make_studio)


def _command(name: str, words: list[str], make_studio: Callable[..., Any] | None) -> int:
    """Parse and run; every error becomes a sentence and an exit code."""
    from ganpaint.cli.terminal import INTERRUPTED, Interrupted, Terminal

    terminal = Terminal(as_json="--json" in words)
    try:
        if name not in TABLE:
            raise _unknown(name)
        command = importlib.import_module(f"ganpaint.cli.{TABLE[name][0]}").COMMANDS[name]
        args = command.parser(name).parse_args(words)
        args.words = words
        terminal = Terminal(args.json, getattr(args, "keep_best", False), args.quiet)
        with terminal.listening():
            return int(command.run(args, terminal, make_studio or _studio))
    except GanpaintError as error:
        terminal.complain(error)
        return error.exit_code
    except (Interrupted, KeyboardInterrupt):
        terminal.say("Stopped. Nothing was written.")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone; Python would complain at exit
        return 1


def _studio(device: str, threads: int) -> Any:
    from ganpaint.tasks.studio import Studio

    return Studio(device=device, threads=threads)


def _unknown(name: str) -> GanpaintError:
    import difflib

    from ganpaint.errors import BadRequest
    from ganpaint.paths import quoted

    near = difflib.get_close_matches(name, TABLE, 1, 0.6)
    remedy = f"Did you mean {near[0]}?" if near else "See ganpaint --help."
    return BadRequest(f"{quoted(name)} is neither a command nor a file that is there.", remedy)
