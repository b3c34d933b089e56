"""Filters of envelopes as taps; attributes as plain data or a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.engine.checkpoints.envelope import Layer, taps_of
from ganpaint.errors import Refused


def test_taps_of_stored_filters() -> None:
    for taps in ([1, 3, 3, 1], [1, 2, 1], [1, 4, 6, 4, 1]):
        plane = np.outer(taps, taps) / np.sum(taps) ** 2
        found, again = taps_of(plane.astype(np.float32))
        assert found == taps
        np.testing.assert_allclose(again, plane, atol=1e-7)
    row = np.array([0.1, 0.7, 0.2], np.float32)
    found, _ = taps_of(row)
    np.testing.assert_allclose(np.array(found) / sum(found), row, atol=1e-6)


def test_attributes_are_checked() -> None:
    layer = Layer("b4.conv1", "L", {"n": 3, "f": 2.0, "t": "x", "none": None, "b": True}, "net.pkl")
    assert layer.whole("n") == 3
    assert layer.whole("f") == 2
    assert layer.real("n") == 3.0
    assert layer.real("none", 0.5) == 0.5
    assert layer.words("t", "") == "x"
    for ask in (
        lambda: layer.whole("t"),
        lambda: layer.whole("b"),
        lambda: layer.real("t"),
        lambda: layer.real("b"),
        lambda: layer.words("n", ""),
        lambda: layer.whole("absent"),
    ):
        with pytest.raises(Refused, match=r"b4\.conv1"):
            ask()
