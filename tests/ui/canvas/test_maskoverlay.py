"""The mask over the picture: veil, ants, and the stroke that is being drawn."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QPainter

from ganpaint.picture.brush import Brush
from ganpaint.picture.mask import Mask
from ganpaint.ui.canvas.maskoverlay import MaskOverlay
from ganpaint.ui.canvas.sampling import EMPTY, Layer, Window
from ganpaint.ui.canvas.strokes import Ink, LiveStroke
from ganpaint.ui.canvas.transform import ViewTransform

pytestmark = pytest.mark.usefixtures("qapp")
SIZE = (200, 150)
RED = QColor("#FF3355")


def window(zoom: float = 1.0, x: float = 0.0, ratio: float = 1.0) -> Window:
    return Window(ViewTransform(zoom, x, 0.0, ratio), SIZE, (160, 120))


def square() -> Mask:
    values = np.zeros((120, 160), np.uint8)
    values[40:80, 50:110] = 255
    return Mask.from_array(values)


def drawn(paint) -> np.ndarray:
    layer = Layer(*SIZE, alpha=True)
    painter = QPainter(layer.image)
    paint(painter)
    painter.end()
    return layer.pixels.copy()


@pytest.mark.behaviour("K1")
def test_the_veil_lies_over_what_is_marked() -> None:
    overlay = MaskOverlay()
    overlay.show(square(), window())
    seen = drawn(lambda p: overlay.draw_veil(p, window(), (0, 0, *SIZE), RED))
    assert (seen[40:80, 50:110, 3] == round(255 * 0.45)).all()
    seen[40:80, 50:110] = 0
    assert not seen.any()


def test_above_a_hundred_percent_edges_are_those_of_photo_pixels() -> None:
    overlay, where = MaskOverlay(), window(3.0, -90.0)
    overlay.show(square(), where)
    seen = drawn(lambda p: overlay.draw_veil(p, where, (0, 0, *SIZE), RED))
    assert seen[121, 61, 3] and not seen[119, 61, 3] and not seen[121, 59, 3]


@pytest.mark.behaviour("K1", "K14")
@pytest.mark.parametrize("erase", [False, True])
def test_a_stroke_shows_as_the_mask_it_will_be(erase: bool) -> None:
    overlay, where, brush = MaskOverlay(), window(), Brush(30, 0.5)
    overlay.show(square(), where)
    drawn(lambda p: overlay.draw_veil(p, where, (0, 0, *SIZE), RED))
    stroke = LiveStroke(brush, Ink((0, 0, 0), erase), where)
    overlay.begin(where)
    samples = [(45, 30, 1), (80, 60, 1), (100, 50, 1)]
    for sample in samples:
        overlay.add(stroke, stroke.add(*sample))
    overlay.end()
    live = drawn(lambda p: overlay.draw_veil(p, where, (0, 0, *SIZE), RED))
    after = MaskOverlay()
    after.show(square().painted(np.array(samples), brush, erase=erase), where)
    assert np.array_equal(live, drawn(lambda p: after.draw_veil(p, where, (0, 0, *SIZE), RED)))


def test_a_first_stroke_begins_a_mask() -> None:
    overlay, where = MaskOverlay(), window()
    overlay.show(None, where)
    assert overlay.empty
    overlay.begin(where)
    stroke = LiveStroke(Brush(30), Ink((0, 0, 0)), where)
    overlay.add(stroke, stroke.add(60, 60, 1.0))
    seen = drawn(lambda p: overlay.draw_veil(p, where, (0, 0, *SIZE), RED))
    assert seen[60, 60, 3] > 100


def test_ants_run_along_the_edge_and_march() -> None:
    overlay, where = MaskOverlay(), window()
    overlay.show(square(), where)
    first = drawn(lambda p: overlay.draw_ants(p, where, (0, 0, *SIZE), 0))
    edge = first[..., 3] > 0
    assert edge[40, 50:110].all() and edge[40:80, 50].all()
    assert not edge[42:78, 52:108].any() and not edge[39].any()
    assert set(np.unique(first[edge][:, 0])) == {0, 255}
    moved = drawn(lambda p: overlay.draw_ants(p, where, (0, 0, *SIZE), 1))
    assert np.array_equal(moved[40, 61:100], first[40, 60:99])
    cells = overlay.cells()
    assert all(edge[y0:y1, x0:x1].any() for x0, y0, x1, y1 in cells)
    covered = np.zeros_like(edge)
    for x0, y0, x1, y1 in cells:
        covered[y0:y1, x0:x1] = True
    assert (covered | ~edge).all()


def test_ants_are_wider_on_a_fine_screen() -> None:
    overlay, where = MaskOverlay(), window(1.0, 0.0, 2.0)
    overlay.show(square(), where)
    seen = drawn(lambda p: overlay.draw_ants(p, where, (0, 0, *SIZE), 0))
    assert (seen[40:42, 60:100, 3] == 255).all() and not seen[42, 60:100, 3].any()


def test_only_a_change_asks_for_sampling() -> None:
    overlay, mask = MaskOverlay(), square()
    overlay.show(mask, window())
    assert not overlay.stale(mask, window())
    assert overlay.stale(mask, window(2.0))
    assert overlay.stale(None, window())
    overlay.show(None, window())
    assert not overlay.stale(None, window(2.0))
    assert overlay.cells() == [] and window(1.0, 900.0).visible == EMPTY
