"""Types of arguments."""

from __future__ import annotations

import argparse

import pytest

from ganpaint.cli.arguments import (
    Command,
    Parser,
    WrongUsage,
    number,
    one_of,
    pair,
    placement,
    settings_given,
    whole,
)


def test_numbers_and_names() -> None:
    assert whole(1)("7") == 7
    assert number(0, 1)("0.5") == 0.5
    assert one_of("space", ("z", "w"))("w") == "w"
    assert pair("share")("a=b=0.3") == ("a=b", 0.3)
    assert placement("0.1,-0.2") == (0.1, -0.2, 0.0, 1.0)
    assert placement("0,0,30") == (0.0, 0.0, 30.0, 1.0)
    assert placement("0,0,30,1.5") == (0.0, 0.0, 30.0, 1.5)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (whole(1), "0"),
        (whole(1), "1.5"),
        (number(0, 1), "nan"),
        (number(0, 1), "2"),
        (number(0, 1), "one"),
        (one_of("space", ("z",)), "W"),
        (pair("share"), "a"),
        (pair("share"), "=1"),
        (pair("share"), "a=x"),
        (placement, "0.1"),
        (placement, "1,2,3,4,5"),
        (placement, "a,b"),
    ],
)
def test_what_does_not_fit_is_told_with_the_text(read, text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        read(text)


def test_options_cannot_be_shortened_and_faults_are_sentences() -> None:
    command = Command("do a thing", "  ganpaint thing\n", lambda parser: None, lambda: 0)
    parser = command.parser("thing")
    assert isinstance(parser, Parser)
    assert parser.parse_args(["--json"]).json
    with pytest.raises(WrongUsage, match=r"See ganpaint thing --help\."):
        parser.parse_args(["--js"])


def test_only_given_settings_are_passed_on() -> None:
    arguments = argparse.Namespace(steps=3, starts=None, seed=0)
    assert settings_given(arguments, "steps", "starts", "seed") == {"steps": 3, "seed": 0}
