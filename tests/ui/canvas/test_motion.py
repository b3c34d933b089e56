"""An idle canvas does nothing; ants march only where there are any."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtTest import QTest

from ganpaint.picture.mask import Mask
from ganpaint.ui import theme
from tests.ui.canvas.conftest import settle
from tests.ui.canvas.hand import Hand


def with_mask(canvas) -> None:
    values = np.zeros((60, 80), np.uint8)
    values[10:40, 20:60] = 255
    editor = canvas.editor
    editor.session.commit("Mask", replace(editor.document, mask=Mask.from_array(values)))


@pytest.mark.behaviour("F22")
def test_an_idle_canvas_costs_nothing(canvas) -> None:
    Hand(canvas).stroke([(20, 20), (40, 30)])
    settle(canvas)
    begun = time.process_time()
    QTest.qWait(500)
    assert time.process_time() - begun < 0.05
    assert canvas.motion.idle and not canvas.motion._ants.isActive()


def test_ants_march_unless_motion_is_reduced(canvas) -> None:
    with_mask(canvas)
    settle(canvas)
    assert not canvas.motion._ants.isActive()
    theme.set_still(False)
    canvas.motion.start()
    settle(canvas)
    assert canvas.motion._ants.isActive()
    phase = canvas.scene.phase
    canvas.scene.march()
    assert canvas.scene.phase == phase + 1
    canvas.editor.use_tool("mask")  # the veil takes their place
    settle(canvas)
    assert not canvas.motion._ants.isActive()
    theme.set_still(True)


def test_the_view_moves_until_it_rests(canvas) -> None:
    canvas.viewport.zoom_to(3.0)
    assert canvas.motion.moving and not canvas.motion.idle
    settle(canvas)
    assert not canvas.motion.moving
