"""Choosing where and with how many threads to compute."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from ganpaint.engine import device
from ganpaint.errors import BadRequest


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize(("there", "chosen"), [(False, "cpu"), (True, "cuda")])
def test_auto_takes_the_card_where_there_is_one(
    there: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert device.choose_device().type == chosen


def test_named_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    assert device.choose_device("cpu") == torch.device("cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    assert device.choose_device("cuda:0") == torch.device("cuda:0")
    for name in ("cuda:3", "mps", "meta"):
        with pytest.raises(BadRequest, match="not available"):
            device.choose_device(name)
    with pytest.raises(BadRequest, match="no device called"):
        device.choose_device("abacus")


@pytest.mark.usefixtures("threads")
def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device.os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    assert device.set_threads(0) == 4 == torch.get_num_threads()
    assert device.set_threads(0, window=True) == 3 == torch.get_num_threads()
    assert device.set_threads(2, window=True) == 2
    monkeypatch.setattr(device.os, "sched_getaffinity", lambda pid: {0})
    assert device.set_threads(0, window=True) == 1
    assert device.describe(torch.device("cpu")) == "CPU, 1 thread"
    device.set_threads(3)
    assert device.describe(torch.device("cpu")) == "CPU, 3 threads"


def test_cards_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda card: "Some card")
    assert device.describe(torch.device("cuda")) == "Some card"
    assert device.describe(torch.device("mps")) == "Apple GPU"
