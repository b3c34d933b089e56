"""`Plane`: one 8-bit channel of a photo's size, made of copy-on-write tiles.

A plane is a value: changing a region gives a new plane that shares every untouched tile with the
old one, so that hundreds of undo states of a mask on a large photo cost only what was painted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

TILE = 256
Bytes = NDArray[np.uint8]


def _frozen(array: Bytes) -> Bytes:
    array.flags.writeable = False
    return array


# the one tile that every unpainted place of every plane shares
EMPTY = _frozen(np.zeros((TILE, TILE), np.uint8))


class Plane:
    """(height, width) uint8, 0 everywhere at first. Never changes; see `with_region`."""

    __slots__ = ("__weakref__", "_bounds", "_tiles", "height", "width")

    def __init__(self, height: int, width: int) -> None:
        self.height = height
        self.width = width
        self._tiles: tuple[Bytes, ...] = (EMPTY,) * (self._rows * self._columns)
        self._bounds: tuple[int, int, int, int] | None = None

    @property
    def _rows(self) -> int:
        return -(-self.height // TILE)

    @property
    def _columns(self) -> int:
        return -(-self.width // TILE)

    @staticmethod
    def from_array(values: NDArray[Any]) -> Plane:
        """A plane of a (height, width) uint8 array."""
        height, width = values.shape
        return Plane(height, width).with_region(0, 0, values)

    @staticmethod
    def from_tiles(height: int, width: int, tiles: tuple[Bytes, ...]) -> Plane:
        """A plane of finished tiles, row by row, each (256, 256) uint8 and read-only."""
        plane = Plane(height, width)
        assert len(tiles) == len(plane._tiles)
        assert all(t.shape == (TILE, TILE) and t.dtype == np.uint8 for t in tiles)
        assert not any(t.flags.writeable for t in tiles)
        plane._tiles = tuple(tile if tile.any() else EMPTY for tile in tiles)
        return plane

    @property
    def tiles(self) -> tuple[Bytes, ...]:
        """All tiles, row by row, each (256, 256) and read-only; those beyond the edge hold 0."""
        return self._tiles

    @property
    def nbytes(self) -> int:
        """Memory of the tiles that hold anything."""
        return sum(t.nbytes for t in {id(t): t for t in self._tiles if t is not EMPTY}.values())

    def any(self) -> bool:
        """Whether anything is painted."""
        return any(tile is not EMPTY for tile in self._tiles)

    def bounds(self) -> tuple[int, int, int, int] | None:
        """The smallest (x0, y0, x1, y1) that holds all painted pixels, or None."""
        if self._bounds is None and self.any():  # kept: every preview asks for it
            self._bounds = self._measured_bounds()
        return self._bounds

    def _measured_bounds(self) -> tuple[int, int, int, int]:
        boxes = []
        for index, tile in enumerate(self._tiles):
            if tile is not EMPTY:
                rows, columns = np.flatnonzero(tile.any(1)), np.flatnonzero(tile.any(0))
                top, left = (TILE * n for n in divmod(index, self._columns))
                boxes.append(
                    (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
                )
        x0, y0, x1, y1 = zip(*boxes, strict=True)
        return int(min(x0)), int(min(y0)), int(max(x1)), int(max(y1))

    def array(self) -> Bytes:
        """The whole plane, (height, width), a new array."""
        return self.region(0, 0, self.width, self.height)

    def region(self, x0: int, y0: int, x1: int, y1: int) -> Bytes:
        """Pixels x0 ≤ x < x1, y0 ≤ y < y1 as a new array; 0 outside the plane."""
        out = np.zeros((max(y1 - y0, 0), max(x1 - x0, 0)), np.uint8)
        for index, (left, top, right, bottom) in self._touched(x0, y0, x1, y1):
            tile = self._tiles[index]
            if tile is not EMPTY:
                part = tile[top % TILE :, left % TILE :][: bottom - top, : right - left]
                out[top - y0 : bottom - y0, left - x0 : right - x0] = part
        return out

    def with_region(self, x0: int, y0: int, values: NDArray[Any]) -> Plane:
        """This plane with `values` (h, w) from (x0, y0) on; what lies outside is dropped.

        Tiles that come out the same stay the same objects.
        """
        assert values.dtype == np.uint8
        tiles = list(self._tiles)
        height, width = values.shape
        for index, (left, top, right, bottom) in self._touched(x0, y0, x0 + width, y0 + height):
            part = values[top - y0 : bottom - y0, left - x0 : right - x0]
            row, column = top % TILE, left % TILE
            here = np.s_[row : row + bottom - top, column : column + right - left]
            if np.array_equal(tiles[index][here], part):
                continue
            tile = tiles[index].copy()
            tile[here] = part
            tiles[index] = _frozen(tile) if tile.any() else EMPTY
        plane = Plane(self.height, self.width)
        plane._tiles = tuple(tiles)
        return plane

    def _touched(
        self, x0: int, y0: int, x1: int, y1: int
    ) -> Iterator[tuple[int, tuple[int, int, int, int]]]:
        """Index and overlap (left, top, right, bottom) of every tile that meets the box."""
        x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, self.width), min(y1, self.height)
        if x0 >= x1 or y0 >= y1:
            return
        for row in range(y0 // TILE, -(-y1 // TILE)):
            for column in range(x0 // TILE, -(-x1 // TILE)):
                left, top = column * TILE, row * TILE
                yield (
                    row * self._columns + column,
                    (max(left, x0), max(top, y0), min(left + TILE, x1), min(top + TILE, y1)),
                )
