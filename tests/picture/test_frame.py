"""`Frame`: geometry, and METHODS' "Down"."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganpaint.picture.frame import Frame, default_frame
from ganpaint.picture.photo import Photo
from tests.picture.samples import noise, photo_of, smooth_photo, wide_profile

frames = st.builds(
    Frame,
    cx=st.floats(-50, 150),
    cy=st.floats(-50, 150),
    size=st.floats(4, 200),
    angle=st.one_of(st.just(0.0), st.floats(-math.pi, math.pi)),
    mirror=st.booleans(),
)


@given(frames, st.sampled_from([8, 16, 64]))
def test_the_matrix_maps_the_square_onto_the_polygon(frame: Frame, side: int) -> None:
    corners = np.array([[0, 0, 1], [side, 0, 1], [side, side, 1], [0, side, 1]], float)
    mapped = (corners @ frame.matrix(side).T)[:, :2]
    assert np.allclose(mapped, frame.polygon(), atol=1e-9)
    assert np.allclose(mapped.mean(0), (frame.cx, frame.cy), atol=1e-9)
    sides = np.linalg.norm(mapped - np.roll(mapped, 1, 0), axis=1)
    assert np.allclose(sides, frame.size)
    area = 0.5 * np.sum(
        mapped[:, 0] * np.roll(mapped[:, 1], -1) - mapped[:, 1] * np.roll(mapped[:, 0], -1)
    )
    assert (area < 0) == frame.mirror


def test_angles_are_clockwise_on_the_screen() -> None:
    upper_left, upper_right = Frame(0, 0, 2, math.radians(10)).polygon()[:2]
    assert upper_right[1] > upper_left[1]  # y points down: the right end of the top edge sinks


@given(frames, st.floats(-50, 150), st.floats(-50, 150))
def test_contains_agrees_with_the_matrix(frame: Frame, x: float, y: float) -> None:
    u, v, _ = np.linalg.inv(frame.matrix(1)) @ (x, y, 1)
    if min(abs(u), abs(1 - u), abs(v), abs(1 - v)) > 1e-6:
        assert frame.contains(x, y) == (0 < u < 1 and 0 < v < 1)


@given(frames)
def test_bounds_hold_every_pixel_whose_centre_lies_inside(frame: Frame) -> None:
    x0, y0, x1, y1 = frame.bounds(100, 90)
    assert 0 <= x0 <= x1 <= 100
    assert 0 <= y0 <= y1 <= 90
    inside = {(x, y) for x in range(100) for y in range(90) if frame.contains(x + 0.5, y + 0.5)}
    assert all(x0 <= x < x1 and y0 <= y < y1 for x, y in inside)
    if inside:
        assert frame.overlaps(100, 90)


def test_bounds_of_a_frame_on_whole_pixels_are_exact() -> None:
    assert Frame(50, 40, 20).bounds(100, 100) == (40, 30, 60, 50)
    assert Frame(0, 0, 20).bounds(100, 100) == (0, 0, 10, 10)
    assert Frame(50.2, 40, 20).bounds(100, 100) == (40, 30, 61, 50)


@pytest.mark.behaviour("X28")
def test_overlap_is_told_even_for_corners() -> None:
    assert Frame(105, 50, 20).overlaps(100, 100)
    assert not Frame(110, 50, 20).overlaps(100, 100)
    assert not Frame(-10, -10, 20).overlaps(100, 100)
    # a diamond beside the corner: its bounding box overlaps, the diamond does not
    assert not Frame(112, 112, 30, math.pi / 4).overlaps(100, 100)
    assert Frame(108, 108, 30, math.pi / 4).overlaps(100, 100)


def test_the_default_frame_is_the_largest_centred_square() -> None:
    assert default_frame(photo_of(size=(60, 80))) == Frame(40, 30, 60)
    assert default_frame(photo_of(size=(80, 60))) == Frame(30, 40, 60)
    assert default_frame(photo_of(size=(64, 64))) == Frame(32, 32, 64)


def test_the_default_frame_puts_the_middle_where_the_model_has_its_subject() -> None:
    photo = photo_of(size=(60, 100))
    # the model's subject sits a tenth left of its picture's middle: the frame goes right
    assert default_frame(photo, (0.5, 0.4), (0.6, 0.6)) == Frame(56, 30, 60)
    assert default_frame(photo, (0.3, 0.5), (0.6, 0.6)) == Frame(50, 30, 60)  # no room above
    assert default_frame(photo, (0.5, 0.0), (0.1, 0.1)).bounds(100, 60) == (40, 0, 100, 60)
    assert default_frame(photo_of(size=(64, 64)), (0.3, 0.4), (0.5, 0.5)) == Frame(32, 32, 64)


# ------------------------------------------------------------------------------ extract
def reference(photo: Photo, frame: Frame, side: int, fine: int = 24) -> np.ndarray:
    """Area averages by brute force: fine × fine nearest samples in every pixel."""
    matrix = frame.matrix(side * fine)
    v, u = np.mgrid[: side * fine, : side * fine] + 0.5
    x = matrix[0, 0] * u + matrix[0, 1] * v + matrix[0, 2]
    y = matrix[1, 0] * u + matrix[1, 1] * v + matrix[1, 2]
    column = np.clip(np.floor(x).astype(int), 0, photo.width - 1)
    row = np.clip(np.floor(y).astype(int), 0, photo.height - 1)
    values = photo.pixels[row, column, :3].astype(float) / photo.white
    return values.reshape(side, fine, side, fine, -1).mean((1, 3))


def box_averages(photo: Photo, frame: Frame, side: int) -> np.ndarray:
    """Exact averages of a straight frame, from interpolated running sums."""
    pad = 160
    wide = np.pad(
        photo.pixels.astype(float) / photo.white, ((pad, pad), (pad, pad), (0, 0)), "edge"
    )
    sums = np.pad(wide.cumsum(0).cumsum(1), ((1, 0), (1, 0), (0, 0)))
    at = pad - frame.size / 2 + frame.size / side * np.arange(side + 1)

    def between(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
        low = np.floor(positions).astype(int)
        part = (positions - low)[:, None, None]
        return values[low] * (1 - part) + values[low + 1] * part

    rows = between(sums, at + frame.cy)
    both = between(rows.swapaxes(0, 1), at + frame.cx).swapaxes(0, 1)
    boxes = np.diff(np.diff(both, axis=0), axis=1) / (frame.size / side) ** 2
    return boxes[:, ::-1] if frame.mirror else boxes


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("frame", [(40, 30, 60), (37.3, 28.9, 41.7), (5, 50, 60), (-100, 9, 50)])
def test_straight_frames_give_exact_area_averages(
    frame: tuple[float, float, float], mirror: bool, depth: int
) -> None:
    photo = photo_of("RGB", depth)
    placed = Frame(*frame, mirror=mirror)
    seen = placed.extract(photo, 16)
    assert seen.shape == (16, 16, 4)
    assert seen.dtype == np.float32
    assert np.allclose(seen[..., :3], box_averages(photo, placed, 16), atol=2e-6)


def test_a_frame_on_whole_pixels_at_their_size_copies_them() -> None:
    photo = photo_of("RGB", 16, (32, 48))
    seen = Frame(24, 16, 32).extract(photo, 32)
    assert np.allclose(seen[..., :3] * 65535, photo.pixels[:, 8:40], atol=0.01)
    mirrored = Frame(24, 16, 32, mirror=True).extract(photo, 32)
    assert np.array_equal(mirrored, seen[:, ::-1])
    halves = Frame(24, 16, 32).extract(photo, 16)
    blocks = photo.pixels[:, 8:40].reshape(16, 2, 16, 2, 3).mean((1, 3))
    assert np.allclose(halves[..., :3] * 65535, blocks, atol=0.01)


@pytest.mark.parametrize("angle", [0.3, -1.2, math.pi / 2, math.pi])
@pytest.mark.parametrize("size", [20.0, 50.0, 90.0])
def test_turned_frames_average_too(angle: float, size: float) -> None:
    photo = smooth_photo()
    frame = Frame(42.3, 31.1, size, angle)
    seen = frame.extract(photo, 12)
    assert np.abs(seen[..., :3] - reference(photo, frame, 12)).max() < 0.03


def test_right_angles_turn_the_picture() -> None:
    photo = smooth_photo((64, 64))
    straight = Frame(32, 32, 64).extract(photo, 16)
    quarter = Frame(32, 32, 64, math.pi / 2).extract(photo, 16)
    # the frame turned clockwise: the model sees the photo turned the other way
    assert np.abs(quarter - np.rot90(straight)).max() < 0.02


def test_enlarging_is_smooth() -> None:
    photo = Photo.make(np.arange(0, 160, 20, dtype=np.uint8)[None].repeat(8, 0), "L")
    seen = Frame(4, 4, 6).extract(photo, 24)
    steps = np.diff(seen[12, :, 0])
    assert steps.min() > 0
    assert np.allclose(steps, steps[0], atol=1e-6)


@pytest.mark.parametrize("angle", [0.0, 0.4])
def test_beyond_the_photo_its_edge_goes_on_and_channel_4_says_so(angle: float) -> None:
    photo = photo_of("RGB", 8, (40, 40))
    frame = Frame(40, 20, 40, angle)
    seen = frame.extract(photo, 20)
    matrix = frame.matrix(20)
    for row, column in ((10, 1), (10, 18), (3, 16)):
        x, _, _ = matrix @ (column + 0.5, row + 0.5, 1)
        assert seen[row, column, 3] == (1.0 if x < 38 else 0.0)
    if angle == 0:
        edge = photo.pixels[:, -1].reshape(20, 2, 3).mean(1) / 255
        assert np.allclose(seen[:, 12, :3], edge, atol=1e-5)
        assert seen[..., 3].sum() == 200
    far = Frame(500, 500, 10, angle).extract(photo, 4)
    assert np.allclose(far[..., :3], photo.pixels[-1, -1] / 255, atol=1e-6)
    assert not far[..., 3].any()


def test_half_a_pixel_inside_counts_half() -> None:
    photo = photo_of("L", 8, (10, 10))
    share = Frame(0, 5, 10).extract(photo, 5)[..., 3]
    assert share.tolist() == [[0, 0, 0.5, 1, 1]] * 5


def test_transparent_pixels_have_no_say() -> None:
    pixels = noise((20, 20, 4))
    pixels[..., 3] = 255
    pixels[:, :10, 3] = 0
    pixels[:, :10, :3] = 255  # hidden white must not leak into what the model sees
    pixels[:, 10:, :3] = 40
    photo = Photo.make(pixels, "RGBA")
    for angle in (0.0, 0.2):
        seen = Frame(10, 10, 12, angle).extract(photo, 5)
        weighty = seen[..., 3] > 0.01
        assert weighty.any()
        assert np.allclose(seen[weighty][:, :3], 40 / 255, atol=1e-3)
        assert seen[..., 3].min() == 0
    straight = Frame(10, 10, 20).extract(photo, 5)[..., 3]
    assert np.allclose(straight, [[0, 0, 0.5, 1, 1]] * 5, atol=1e-6)


def test_grey_shows_in_three_channels() -> None:
    seen = Frame(40, 30, 60).extract(photo_of("L", 16), 8)
    assert np.array_equal(seen[..., 0], seen[..., 1])
    assert np.array_equal(seen[..., 0], seen[..., 2])


@pytest.mark.behaviour("I3")
def test_the_model_sees_srgb() -> None:
    pixels = np.full((8, 8, 3), (200, 40, 90), np.uint8)
    plain = Frame(4, 4, 8).extract(Photo.make(pixels.copy(), "RGB"), 4)
    wide = Frame(4, 4, 8).extract(Photo.make(pixels.copy(), "RGB", icc=wide_profile()), 4)
    assert np.abs(plain - wide).max() > 0.02
    assert wide[..., 0].min() > plain[..., 0].max()  # its red lies outside sRGB's


def test_a_plane_is_averaged_and_zero_outside() -> None:
    plane = np.zeros((40, 40), np.uint8)
    plane[:, 20:] = 255
    seen = Frame(40, 20, 40).extract_plane(plane, 8)
    assert seen.shape == (8, 8)
    assert np.allclose(seen, [[1, 1, 1, 1, 0, 0, 0, 0]] * 8)
    assert np.allclose(Frame(20, 20, 40).extract_plane(plane > 0, 5), [[0, 0, 0.5, 1, 1]] * 5)
    assert np.allclose(Frame(20, 20, 40).extract_plane(plane / 510, 2), [[0, 0.5]] * 2)
    turned = Frame(20, 20, 20, math.pi).extract_plane(plane, 4)
    assert np.allclose(turned, [[1, 1, 0, 0]] * 4, atol=0.13)


@given(frames, st.sampled_from([4, 16]))
def test_extract_stays_in_range_for_any_frame(frame: Frame, side: int) -> None:
    seen = frame.extract(photo_of("RGBA", 8, (90, 100)), side)
    assert np.isfinite(seen).all()
    assert seen.min() >= -1e-6
    assert seen.max() <= 1 + 1e-5
