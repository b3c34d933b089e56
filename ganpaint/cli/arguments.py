"""What the commands' arguments have in common: options, types and how wrong ones are told."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from ganpaint.errors import BadRequest

SPACES = ("z", "w", "w+")
DEVICES = ("auto", "cpu", "cuda")
DEFAULT_MODEL = "cats-64"


class WrongUsage(BadRequest):
    """Arguments that do not fit the command."""


class Parser(argparse.ArgumentParser):
    """An argument parser that raises sentences instead of leaving."""

    def error(self, message: str) -> NoReturn:
        """Every fault that argparse finds."""
        message = message.strip().rstrip(".")
        raise WrongUsage(f"{message[0].upper()}{message[1:]}.", f"See {self.prog} --help.")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: how its arguments look and what runs.

    Attributes:
        summary: one line for the list of commands.
        examples: shown under `--help`.
        add_arguments: declares what is special to it.
        run: does the work with (arguments, terminal, make_studio); its exit code.
    """

    summary: str
    examples: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[..., int]

    def parser(self, name: str) -> Parser:
        """The command's own parser."""
        parser = Parser(
            prog=f"ganpaint {name}",
            description=f"{self.summary[0].upper()}{self.summary[1:]}.",
            epilog=f"examples:\n{self.examples}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self.add_arguments(parser)
        group = parser.add_argument_group("every command")
        group.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
        group.add_argument("--quiet", action="store_true", help="no progress bar")
        group.add_argument(
            "--device", type=one_of("device", DEVICES), default="auto", help="auto, cpu or cuda"
        )
        group.add_argument(
            "--threads",
            type=whole(0),
            default=0,
            metavar="N",
            help="processor threads; 0 = all (equal threads, equal pictures)",
        )
        return parser


# ------------------------------------------------------------------------------ types
def one_of(what: str, names: Sequence[str]) -> Callable[[str], str]:
    """A type that takes one of some names."""

    def read(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(
                f'"{text}" is not a {what}; there are {", ".join(names)}'
            )
        return text

    return read


def whole(least: int) -> Callable[[str], int]:
    """A type that takes whole numbers from `least` on."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f'"{text}" is not a whole number') from error
        if number < least:
            raise argparse.ArgumentTypeError(f"{number} is less than {least}")
        return number

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    """A type that takes numbers in a range."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f'"{text}" is not a number') from error
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not between {least:g} and {most:g}")
        return value

    return read


def pair(what: str) -> Callable[[str], tuple[str, float]]:
    """A type that takes NAME=NUMBER."""

    def read(text: str) -> tuple[str, float]:
        name, sign, value = text.rpartition("=")
        try:
            if not (sign and name):
                raise ValueError("no name")
            return name, float(value)
        except ValueError as error:
            raise argparse.ArgumentTypeError(
                f'"{text}" is not a {what}; write NAME=NUMBER'
            ) from error

    return read


def placement(text: str) -> tuple[float, float, float, float]:
    """RIGHT,DOWN[,DEGREES[,SIZE]]: what Look.placement is."""
    try:
        given = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'"{text}" holds something that is no number') from error
    if not 2 <= len(given) <= 4:
        raise argparse.ArgumentTypeError(f'"{text}" is not RIGHT,DOWN[,DEGREES[,SIZE]]')
    right, down, turn, size = given + [0.0, 1.0][len(given) - 2 :]
    return right, down, turn, size


# ------------------------------------------------------------------------------ options
def add_out(parser: argparse.ArgumentParser) -> None:
    """Where results go."""
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results")


def add_keep_best(parser: argparse.ArgumentParser) -> None:
    """What Ctrl+C does."""
    parser.add_argument(
        "--keep-best", action="store_true", help="Ctrl+C writes the best result so far"
    )


def add_model(parser: argparse.ArgumentParser, default: str | None = DEFAULT_MODEL) -> None:
    """Which model paints."""
    text = f"(default {default})" if default else "(default: the one that the code belongs to)"
    parser.add_argument(
        "--model", default=default, metavar="MODEL", help=f"name, file or content hash {text}"
    )


def add_classes(parser: argparse.ArgumentParser) -> None:
    """A class mix."""
    group = parser.add_argument_group("class")
    group.add_argument("--class", dest="class_name", metavar="NAME", help="name or number")
    group.add_argument(
        "--mix",
        action="append",
        default=[],
        type=pair("share"),
        metavar="NAME=SHARE",
        help="share of another class; may be repeated",
    )


def add_place(parser: argparse.ArgumentParser) -> None:
    """Where in the photo, and how the picture sits there."""
    group = parser.add_argument_group("place")
    group.add_argument(
        "--frame",
        default="",
        metavar="X,Y,SIZE[,ANGLE]",
        help="the work frame: centre and side in photo pixels, degrees clockwise "
        "(default: the largest that fits)",
    )
    group.add_argument(
        "--mask", metavar="MASK.png", help="white where the photo may change; of its size"
    )
    modes = ("replace", "keep-detail")
    group.add_argument(
        "--blend",
        type=one_of("blend", modes),
        help="replace or keep-detail (default: replace for a projection; for edits of it "
        "keep-detail where the picture would be enlarged and look soft)",
    )
    for name, default, most, text in (
        ("feather", 2.0, 10_000, "inward fade in photo pixels"),
        ("strength", 1.0, 1.5, "of the difference in keep-detail"),
        ("opacity", 1.0, 1, "of the whole picture"),
    ):
        group.add_argument(
            f"--{name}",
            type=number(0, most),
            default=default,
            metavar="N",
            help=f"{text} (default {default:g})",
        )


def add_seed(parser: argparse.ArgumentParser, default: int | None = 0) -> None:
    """Where all randomness comes from."""
    parser.add_argument(
        "--seed", type=whole(0), default=default, metavar="S", help="same seed, same picture"
    )


def add_psi(parser: argparse.ArgumentParser, default: float) -> None:
    """Truncation."""
    parser.add_argument(
        "--psi",
        type=number(0, 1.2),
        default=default,
        metavar="ψ",
        help=f"truncation: 0 the model's mean, 1 the code itself (default {default:g})",
    )


def settings_given(arguments: Any, *names: str) -> dict[str, Any]:
    """Those of the named arguments that were given, for a request's own defaults to fill."""
    values = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
