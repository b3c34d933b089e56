"""The menu: every request has a lane and a task, and nothing is loaded before it runs."""

from __future__ import annotations

import importlib
import inspect
import typing

import pytest

from ganpaint.tasks import requests
from ganpaint.tasks.requests import TASKS, Request

KINDS = typing.get_args(Request)


def test_every_request_has_a_task() -> None:
    assert set(KINDS) == set(TASKS)


@pytest.mark.parametrize("kind", KINDS)
def test_lane_and_task_exist(kind: type) -> None:
    assert kind.lane in ("engine", "files")
    module = importlib.import_module(f"ganpaint.tasks.{TASKS[kind]}")
    assert inspect.isgeneratorfunction(module.run) or callable(module.run)


@pytest.mark.parametrize("kind", KINDS)
def test_requests_are_frozen(kind: type) -> None:
    assert kind.__dataclass_params__.frozen


def test_performing_loads_nothing_before_it_is_pumped(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} was imported")

    monkeypatch.setattr(requests.importlib, "import_module", refuse)
    task = requests.perform(requests.WarmUp(), None)
    with pytest.raises(AssertionError, match="was imported"):
        next(task)
