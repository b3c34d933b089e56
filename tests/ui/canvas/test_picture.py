"""The two layers of the picture: before stays the photo, after follows edits and view."""

from __future__ import annotations

import numpy as np
import pytest

from ganpaint.picture.composite import Patch, composite
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.ui.canvas import picture as module
from ganpaint.ui.canvas.picture import PictureView
from ganpaint.ui.canvas.sampling import EMPTY, Window
from ganpaint.ui.canvas.transform import ViewTransform

pytestmark = pytest.mark.usefixtures("qapp")
SIZE = (160, 120)


def photo(channels: int = 3) -> Photo:
    values = np.random.default_rng(1).integers(0, 256, (100, 140, channels), np.uint8)
    return Photo.make(values, "RGB" if channels == 3 else "RGBA")


def patch(level: float, cx: float = 70.0) -> Patch:
    picture = np.full((8, 8, 3), round(65535 * level), np.uint16)
    return Patch(picture, None, Frame(cx, 50, 60), feather=4)


def view(of: Photo) -> PictureView:
    made = PictureView(of)
    while not made.pyramid.advance():
        pass
    return made


def window(zoom: float = 1.0, x: float = 10.0, y: float = 10.0) -> Window:
    return Window(ViewTransform(zoom, x, y), SIZE, (140, 100))


def test_after_is_the_composite_and_before_the_photo() -> None:
    opened = photo()
    shown = view(opened)
    shown.show(window(), (patch(0.5),))
    exact = composite(opened, [patch(0.5)])
    assert shown.after is not None and shown.before is not None
    assert np.array_equal(shown.before.pixels[10:110, 10:150, 2::-1], opened.pixels)
    seen = shown.after.pixels[10:110, 10:150, 2::-1].astype(int)
    assert np.abs(seen - exact).max() <= 1


def test_without_edits_both_are_one_layer() -> None:
    shown = view(photo())
    shown.show(window(), (patch(0.5),))
    assert shown.after is not shown.before
    shown.show(window(), ())
    assert shown.after is shown.before


def test_a_preview_changes_only_its_frame() -> None:
    shown = view(photo())
    assert shown.show(window(), (patch(0.5),)) == (0, 0, *SIZE)
    edit = patch(0.8)
    box = shown.show(window(), (edit,))
    assert box == (50, 30, 110, 90)
    assert shown.show(window(), (edit,)) == EMPTY
    moved = shown.show(window(), (patch(0.8, cx=90.0),))
    assert moved == (50, 30, 130, 90)


@pytest.mark.parametrize("zoom", [0.4, 1.0, 1.7, 5.0])
def test_a_preview_gives_the_same_pixels_as_a_new_view(zoom: float) -> None:
    opened, where = photo(), window(zoom, -7.0, 3.0)
    step_by_step, at_once = view(opened), view(opened)
    last = patch(0.3, cx=80.0)
    for edit in (patch(0.5), patch(0.9, cx=40.0), last):
        step_by_step.show(where, (edit,))
    at_once.show(where, (last,))
    assert np.array_equal(step_by_step.after.pixels, at_once.after.pixels)


def test_what_was_edited_is_forgotten_when_the_edit_goes() -> None:
    opened, where = photo(), window()
    came_and_went, at_once = view(opened), view(opened)
    last = patch(0.3, cx=100.0)
    came_and_went.show(where, (patch(0.9, cx=40.0),))
    came_and_went.show(where, ())
    came_and_went.show(where, (last,))
    at_once.show(where, (last,))
    assert np.array_equal(came_and_went.after.pixels, at_once.after.pixels)


def test_a_moving_view_shows_former_edits_until_it_rests(monkeypatch) -> None:
    opened = photo()
    shown, edit = view(opened), patch(0.5)
    shown.show(window(2.0), (edit,))
    monkeypatch.setattr(module, "MOVING_BUDGET", 0.0)
    shown.show(window(3.0, -40.0, -30.0), (edit,), moving=True)
    assert shown.stale
    rough = shown.after.pixels.copy()
    assert shown.refine() != EMPTY
    assert not shown.stale
    exact = view(opened)
    exact.show(window(3.0, -40.0, -30.0), (edit,))
    assert np.array_equal(shown.after.pixels, exact.after.pixels)
    inside = np.s_[90:110, 130:150, :3]  # well within the frame
    assert np.abs(rough[inside].astype(int) - exact.after.pixels[inside]).max() <= 2
    assert shown.refine() == EMPTY


def test_a_draft_gives_way_to_the_finished_levels() -> None:
    shown = PictureView(photo())
    where = window(0.4)
    shown.show(where, ())
    rough = shown.before.pixels.copy()
    while not shown.pyramid.advance():
        pass
    assert shown.show(where, ()) == (0, 0, *SIZE)
    assert (shown.before.pixels != rough).any()


def test_transparent_pixels_stay_clear_when_the_view_moves() -> None:
    shown = view(photo(4))
    shown.show(window(1.0, 0.0, 0.0), ())
    shown.show(window(1.0, 100.0, 0.0), ())
    assert not shown.before.pixels[:, :100].any()
