"""`Plane`: values that share what was not painted."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.picture.tiles import EMPTY, Plane
from tests.picture.samples import noise


def test_a_new_plane_holds_nothing_and_costs_nothing() -> None:
    plane = Plane(700, 900)
    assert not plane.any()
    assert plane.nbytes == 0
    assert plane.bounds() is None
    assert plane.array().shape == (700, 900)
    assert not plane.array().any()


def test_an_array_survives_the_tiles() -> None:
    values = noise((300, 520))
    plane = Plane.from_array(values)
    assert np.array_equal(plane.array(), values)
    assert plane.nbytes == 6 * 256 * 256


def test_untouched_tiles_are_the_same_objects() -> None:
    first = Plane.from_array(noise((600, 600)))
    second = first.with_region(10, 10, np.full((20, 20), 7, np.uint8))
    same = [a is b for a, b in zip(first.tiles, second.tiles, strict=True)]
    assert same == [False] + [True] * 8
    again = second.with_region(10, 10, np.full((20, 20), 7, np.uint8))
    assert all(a is b for a, b in zip(second.tiles, again.tiles, strict=True))


def test_a_change_leaves_the_old_plane_as_it_was() -> None:
    values = noise((100, 100))
    plane = Plane.from_array(values)
    plane.with_region(0, 0, np.zeros((100, 100), np.uint8))
    assert np.array_equal(plane.array(), values)
    assert not any(tile.flags.writeable for tile in plane.tiles)


def test_a_tile_painted_away_becomes_the_shared_empty_one() -> None:
    plane = Plane.from_array(np.full((256, 256), 9, np.uint8))
    assert plane.with_region(0, 0, np.zeros((256, 256), np.uint8)).tiles == (EMPTY,)


def test_a_plane_of_finished_tiles() -> None:
    values = noise((300, 520))
    values[256:] = 0
    plane = Plane.from_array(values)
    blank = np.zeros((256, 256), np.uint8)
    blank.flags.writeable = False
    # tiles out of a file: an empty one among them is the shared one again
    tiles = tuple(blank if tile is EMPTY else tile for tile in plane.tiles)
    again = Plane.from_tiles(300, 520, tiles)
    assert np.array_equal(again.array(), values)
    assert again.bounds() == plane.bounds()
    assert all(a is b for a, b in zip(again.tiles, plane.tiles, strict=True))
    assert not Plane.from_tiles(300, 520, (blank,) * 6).any()
    assert Plane.from_tiles(300, 520, (blank,) * 6).bounds() is None


@given(
    x=st.integers(-400, 800), y=st.integers(-400, 800),
    width=st.integers(0, 700), height=st.integers(0, 700),
)  # fmt: skip
def test_regions_agree_with_a_plain_array(x: int, y: int, width: int, height: int) -> None:
    array = np.zeros((500, 600), np.uint8)
    values = noise((height, width), seed=3)
    plane = Plane(500, 600).with_region(x, y, values)
    x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + width, 600), min(y + height, 500)
    if x0 < x1 and y0 < y1:
        array[y0:y1, x0:x1] = values[y0 - y : y1 - y, x0 - x : x1 - x]
    assert np.array_equal(plane.array(), array)
    around = np.zeros((2000, 2000), np.uint8)
    around[400:900, 400:1000] = array
    shown = plane.region(x, y, x + width, y + height)
    assert np.array_equal(shown, around[y + 400 : y + 400 + height, x + 400 : x + 400 + width])
    found = plane.bounds()
    if array.any():
        rows, columns = np.flatnonzero(array.any(1)), np.flatnonzero(array.any(0))
        assert found == (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
    else:
        assert found is None
