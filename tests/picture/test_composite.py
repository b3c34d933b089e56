"""Compositing: the guarantee (METHODS 6.1), the two modes, and how patches meet the photo."""

from __future__ import annotations

import gc
import math
import weakref
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter

from ganpaint.picture.composite import (
    BLEND_MODES,
    Patch,
    composite,
    composite_region,
    default_blend_mode,
    patch_alpha,
    structure_change,
)
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import MODES, Photo
from tests.picture.samples import (
    generated,
    grey_profile,
    noise,
    patch_of,
    photo_of,
    smooth_photo,
    wide_profile,
)

HEIGHT, WIDTH = 44, 52


@st.composite
def masks(draw: st.DrawFn) -> Mask | None:
    kind = draw(st.sampled_from(["none", "hard", "soft", "speckled", "full", "empty"]))
    if kind == "none":
        return None
    values = np.zeros((HEIGHT, WIDTH), np.uint8)
    y, x = draw(st.integers(0, HEIGHT - 1)), draw(st.integers(0, WIDTH - 1))
    if kind == "hard":
        values[y : y + 20, x : x + 20] = 255
    elif kind == "soft":
        values[y : y + 25, x : x + 25] = noise((25, 25))[: HEIGHT - y, : WIDTH - x]
    elif kind == "speckled":
        values[:] = noise((HEIGHT, WIDTH), seed=x) * (noise((HEIGHT, WIDTH), seed=y) > 200)
    elif kind == "full":
        values[:] = 255
    return Mask.from_array(values)


frames = st.builds(
    Frame,
    cx=st.one_of(st.integers(-5, 60).map(float), st.floats(-10, 60)),
    cy=st.one_of(st.integers(-5, 60).map(float), st.floats(-10, 60)),
    size=st.one_of(st.integers(2, 70).map(float), st.floats(2, 70)),
    angle=st.one_of(st.just(0.0), st.floats(-math.pi, math.pi)),
    mirror=st.booleans(),
)
patches = st.builds(
    patch_of,
    frame=frames,
    mode=st.sampled_from(BLEND_MODES),
    mask=masks(),
    feather=st.sampled_from([0.0, 0.3, 2.0, 9.5]),
    strength=st.sampled_from([0.0, 0.5, 1.0, 1.5]),
    opacity=st.sampled_from([0.0, 0.4, 1.0]),
    side=st.sampled_from([8, 16, 64]),
)


def reachable(patch: Patch) -> np.ndarray:
    """Pixels that a patch may change: centre in the frame, mask above 0."""
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    frame = patch.frame
    dx, dy = x - frame.cx, y - frame.cy
    across = dx * math.cos(frame.angle) + dy * math.sin(frame.angle)
    along = dy * math.cos(frame.angle) - dx * math.sin(frame.angle)
    inside = np.maximum(np.abs(across), np.abs(along)) < frame.size / 2
    return inside if patch.mask is None else inside & (patch.mask.array() > 0)


@pytest.mark.behaviour("K3", "I6", "I5", "K2")
@pytest.mark.parametrize("profile", [False, True])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", MODES)
@given(st.lists(patches, min_size=1, max_size=3), st.integers(0, 99))
def test_what_no_patch_reaches_is_the_same(
    mode: str, depth: int, profile: bool, layers: list[Patch], seed: int
) -> None:
    """The guarantee, over modes, depths, alpha, frames turned, soft masks, feather and profiles:
    16 × 50 cases of up to three patches."""
    icc = (wide_profile() if mode.startswith("RGB") else grey_profile()) if profile else None
    photo = replace(photo_of(mode, depth, (HEIGHT, WIDTH), seed), icc=icc)
    before = photo.pixels.copy()
    out = composite(photo, layers)
    assert out.dtype == photo.pixels.dtype
    assert out.shape == photo.pixels.shape
    assert np.array_equal(photo.pixels, before)
    untouched = ~np.any([reachable(patch) for patch in layers], axis=0)
    assert np.array_equal(out[untouched], photo.pixels[untouched])
    if photo.has_alpha:
        assert np.array_equal(out[..., -1], photo.pixels[..., -1])
    for patch in layers:
        alpha = patch_alpha(patch, (0, 0, WIDTH, HEIGHT), (HEIGHT, WIDTH))
        assert not alpha[~reachable(patch)].any()
        assert alpha.min() >= 0
        assert alpha.max() <= 1


@given(patches, st.tuples(*[st.integers(-10, 70)] * 4))
def test_a_region_is_a_piece_of_the_whole(patch: Patch, box: tuple[int, int, int, int]) -> None:
    photo = photo_of("RGB", 8, (HEIGHT, WIDTH))
    x0, y0, x1, y1 = (max(v, 0) for v in box)
    part = composite_region(photo, [patch], box).astype(int)
    whole = composite(photo, [patch])[y0 : max(y1, y0), x0 : max(x1, x0)]
    if box[2] > box[0] and box[3] > box[1]:
        assert np.abs(part - whole).max(initial=0) <= 1  # sums in another order may round apart
    else:
        assert part.size == 0


# ------------------------------------------------------------------------------ keep detail
@pytest.mark.behaviour("I8")
@pytest.mark.parametrize("angle", [0.0, 0.5])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("mode", MODES)
def test_an_edit_equal_to_its_reconstruction_gives_the_photo(
    mode: str, depth: int, angle: float
) -> None:
    photo = photo_of(mode, depth)
    icc = wide_profile() if mode.startswith("RGB") else grey_profile()
    picture = generated(32)
    patch = Patch(picture, picture.copy(), Frame(40, 30, 50, angle), None, "keep-detail", 0.0)
    for shown in (photo, replace(photo, icc=icc)):
        assert np.array_equal(composite(shown, [patch]), photo.pixels)


def high_pass(pixels: np.ndarray) -> np.ndarray:
    values = pixels.astype(float)
    return values - gaussian_filter(values, (8, 8, 0))


@pytest.mark.behaviour("I8")
def test_brightness_keeps_the_photos_detail() -> None:
    rng = np.random.default_rng(3)
    detail = gaussian_filter(rng.normal(0, 60, (256, 256, 3)), (1, 1, 0))
    pixels = np.clip(smooth_photo((256, 256)).pixels * 0.6 + 20 + detail, 0, 255)
    photo = Photo.make(pixels.astype(np.uint8), "RGB")
    rec = Frame(128, 128, 256).extract(photo, 16)[..., :3]
    rec16 = np.rint(np.clip(rec + rng.normal(0, 0.02, rec.shape), 0, 1) * 65535)  # a poor one
    brighter = np.clip(rec16 + 0.1 * 65535, 0, 65535)
    patch = Patch(
        brighter.astype(np.uint16), rec16.astype(np.uint16), Frame(128, 128, 256), None,
        "keep-detail", 0.0,
    )  # fmt: skip
    out = composite(photo, [patch])
    assert np.median(out.astype(int) - photo.pixels) == pytest.approx(25, abs=1)
    kept = np.corrcoef(high_pass(out).ravel(), high_pass(photo.pixels).ravel())[0, 1]
    assert kept >= 0.98
    replaced = composite(photo, [replace(patch, mode="replace")])
    lost = np.corrcoef(high_pass(replaced).ravel(), high_pass(photo.pixels).ravel())[0, 1]
    assert lost < 0.7  # what replacing does to it


def with_square(left: int, side: int = 64) -> np.ndarray:
    picture = np.full((side, side, 3), 60 * 257, np.uint16)
    picture[24:40, left : left + 12] = 220 * 257
    return picture


def test_where_the_structure_moved_the_edit_replaces_instead_of_leaving_a_ghost() -> None:
    rec, edit = with_square(10), with_square(40)
    pixels = (rec // 257).astype(np.uint8).repeat(4, 0).repeat(4, 1)
    grain = np.random.default_rng(0).integers(-6, 7, pixels.shape)
    photo = Photo.make((pixels + grain).astype(np.uint8), "RGB")
    # a reconstruction that is off by a tone, as they are: adding the difference leaves a ghost
    poor = (rec * 0.8).astype(np.uint16)
    patch = Patch(edit, poor, Frame(128, 128, 256), None, "keep-detail", 0.0)
    out = composite(photo, [patch]).astype(float)
    wanted = (edit // 257).astype(float).repeat(4, 0).repeat(4, 1)
    old, new = np.s_[104:152, 48:80], np.s_[104:152, 168:200]
    assert np.abs(out - wanted)[old].mean() < 6
    assert np.abs(out - wanted)[new].mean() < 6
    delta = (edit.astype(float) - poor) / 65535
    added = np.clip(photo.pixels + delta.repeat(4, 0).repeat(4, 1) * 255, 0, 255)
    assert np.abs(added - wanted)[old].mean() > 20  # what adding alone would leave


def test_beta_marks_structure_and_nothing_else() -> None:
    moved = np.moveaxis((with_square(40).astype(np.float32) - with_square(10)) / 65535, -1, 0)
    beta = structure_change(moved)
    assert beta[32, 16] == 1
    assert beta[32, 46] == 1
    assert beta[4, 4] == 0
    assert not structure_change(np.full((3, 64, 64), 0.3, np.float32)).any()
    y, x = np.mgrid[:64, :64] / 64
    slope = np.stack([x * 0.3, y * 0.2, x * 0.1]).astype(np.float32)
    assert structure_change(slope).max() < 0.05


def test_beta_of_a_large_picture_is_that_of_a_small_one() -> None:
    change = with_square(40).astype(np.float32) - with_square(10)
    small = np.moveaxis(change / 65535, -1, 0)
    large = small.repeat(4, 1).repeat(4, 2)
    assert structure_change(large).shape == (64, 64)
    assert np.abs(structure_change(large) - structure_change(small)).max() < 0.1


def test_strength_scales_the_change_and_none_changes_nothing() -> None:
    photo = smooth_photo()
    frame = Frame(40, 30, 50)
    for soft in (True, False):  # a change of colour, and one of structure
        rec = np.full((16, 16, 3), 20000, np.uint16)
        edit = rec + np.uint16(6000) if soft else generated(16)
        patch = Patch(edit, rec, frame, None, "keep-detail", 0.0)
        changes = [
            np.abs(composite(photo, [replace(patch, strength=s)]).astype(int) - photo.pixels).mean()
            for s in (0.0, 0.4, 0.8, 1.2)
        ]
        assert changes[0] == 0
        assert changes == sorted(changes)
        assert changes[1] > 0


def test_without_a_reconstruction_keep_detail_replaces() -> None:
    photo, frame = photo_of(), Frame(40, 30, 50)
    kept = Patch(generated(), None, frame, None, "keep-detail")
    assert np.array_equal(
        composite(photo, [kept]), composite(photo, [replace(kept, mode="replace")])
    )


# ------------------------------------------------------------------------------ replace
@pytest.mark.parametrize("depth", [8, 16])
def test_a_picture_at_its_own_size_is_copied(depth: int) -> None:
    photo = photo_of("RGB", depth)
    picture = generated(32)
    out = composite(photo, [Patch(picture, None, Frame(40, 30, 32), feather=0)])
    exact = picture if depth == 16 else np.rint(picture / 257)
    assert np.abs(out[14:46, 24:56].astype(int) - exact).max() <= (1 if depth == 16 else 0)
    mirrored = composite(photo, [Patch(picture, None, Frame(40, 30, 32, mirror=True), feather=0)])
    assert np.array_equal(mirrored[14:46, 24:56], out[14:46, 24:56][:, ::-1])


def test_sixteen_bits_show_no_steps() -> None:
    ramp = np.linspace(20000, 24000, 16).astype(np.uint16)
    picture = np.ascontiguousarray(np.broadcast_to(ramp[None, :, None], (16, 16, 3)))
    photo = photo_of("RGB", 16, (256, 256))
    row = composite(photo, [Patch(picture, None, Frame(128, 128, 256), feather=0)])[128, 8:-8, 0]
    assert len(np.unique(row)) > 200
    assert np.diff(row.astype(int)).max() < 40


@pytest.mark.behaviour("I3")
@pytest.mark.parametrize(("mode", "icc"), [("RGB", wide_profile()), ("L", grey_profile())])
def test_what_was_seen_comes_back_in_the_photos_own_profile(mode: str, icc: bytes) -> None:
    photo = replace(smooth_photo((64, 64), mode), icc=icc)
    frame = Frame(32, 32, 64)
    seen = frame.extract(photo, 64)[..., :3]
    inside = (seen > 0.001).all(-1) & (seen < 0.999).all(-1)  # colours that sRGB has
    picture = np.rint(seen * 65535).astype(np.uint16)
    out = composite(photo, [Patch(picture, None, frame, feather=0)])
    assert inside.mean() > 0.5
    assert np.abs(out.astype(int) - photo.pixels)[inside].max() <= 2


def test_grey_photos_take_the_luma() -> None:
    picture = np.zeros((8, 8, 3), np.uint16)
    picture[..., 1] = 65535
    photo = photo_of("LA", 8)
    out = composite(photo, [Patch(picture, None, Frame(40, 30, 40), feather=0)])
    assert out[30, 40, 0] == round(0.7152 * 255)
    assert np.array_equal(out[..., 1], photo.pixels[..., 1])


def test_later_patches_lie_over_earlier_ones() -> None:
    photo = photo_of()
    black, white = (np.full((8, 8, 3), v, np.uint16) for v in (0, 65535))
    low = Patch(black, None, Frame(40, 30, 40), feather=0)
    high = Patch(white, None, Frame(40, 30, 20), feather=0, opacity=0.5)
    out = composite(photo, [low, high])
    assert np.isin(out[25:35, 35:45], (127, 128)).all()
    assert (out[12:18, 22:28] == 0).all()
    assert (composite(photo, [high, low])[25:35, 35:45] == 0).all()


def test_no_patches_give_the_photo() -> None:
    photo = photo_of("RGBA", 16)
    out = composite(photo, [])
    assert np.array_equal(out, photo.pixels)
    out[0] = 0  # the caller's own copy
    assert photo.pixels[0].any()


def test_masks_that_miss_the_frame_change_nothing() -> None:
    photo = photo_of()
    corner = np.zeros((60, 80), np.uint8)
    corner[:5, :5] = 255
    for mask in (Mask.empty(80, 60), Mask.from_array(corner)):
        patch = patch_of(Frame(60, 40, 20), mask=mask)
        assert np.array_equal(composite(photo, [patch]), photo.pixels)


# ------------------------------------------------------------------------------ edges
@pytest.mark.behaviour("K4")
@pytest.mark.parametrize("angle", [0.0, 0.6])
def test_the_frame_fades_inward(angle: float) -> None:
    patch = patch_of(Frame(100, 90, 80, angle), feather=10)
    alpha = patch_alpha(patch, (0, 0, 200, 180), (180, 200))
    y, x = np.mgrid[:180, :200] + 0.5
    dx, dy = x - 100, y - 90
    across = np.abs(dx * math.cos(angle) + dy * math.sin(angle))
    along = np.abs(dy * math.cos(angle) - dx * math.sin(angle))
    depth = 40 - np.maximum(across, along)
    assert not alpha[depth < 0.5].any()
    assert (alpha[depth > 10.5] == 1).all()
    order = np.argsort(depth, axis=None)
    assert np.diff(alpha.ravel()[order]).min() > -1e-4


@pytest.mark.behaviour("K4")
def test_without_feather_frames_on_whole_pixels_are_hard() -> None:
    alpha = patch_alpha(patch_of(Frame(20, 20, 20), feather=0), (0, 0, 40, 40), (40, 40))
    expected = np.zeros((40, 40))
    expected[10:30, 10:30] = 1
    assert np.array_equal(alpha, expected)
    between = patch_alpha(patch_of(Frame(20.2, 20, 20), feather=0), (0, 0, 40, 40), (40, 40))[20]
    assert between[10] == pytest.approx(0.6, abs=1e-4)  # 0.3 inside the edge
    assert between[30] == 0  # its centre lies outside: never written
    assert (between[11:30] == 1).all()


def test_the_photos_border_is_no_edge() -> None:
    patch = patch_of(Frame(20, 20, 40), feather=6)
    assert (patch_alpha(patch, (0, 0, 40, 40), (40, 40)) == 1).all()
    hanging = patch_alpha(patch_of(Frame(0, 20, 40), feather=6), (0, 0, 40, 40), (40, 40))
    assert (hanging[:, :13] == 1).all()
    assert not hanging[:, 19:].any()
    full = replace(patch, mask=Mask.from_array(np.ones((40, 40), bool)))
    assert (patch_alpha(full, (0, 0, 40, 40), (40, 40)) == 1).all()


def test_a_mask_fades_the_same_in_every_box() -> None:
    values = np.zeros((180, 200), np.uint8)
    values[50:120, 60:150] = 255
    patch = patch_of(Frame(100, 90, 160), mask=Mask.from_array(values), feather=14)
    whole = patch_alpha(patch, (0, 0, 200, 180), (180, 200))
    for box in ((40, 30, 100, 100), (60, 50, 61, 51), (149, 0, 200, 180)):
        part = patch_alpha(patch, box, (180, 200))
        assert np.allclose(part, whole[box[1] : box[3], box[0] : box[2]], atol=1e-6)


@pytest.mark.behaviour("I8")
def test_the_default_mode_follows_the_enlargement() -> None:
    assert default_blend_mode(Frame(0, 0, 96), 64) == "replace"
    assert default_blend_mode(Frame(0, 0, 97), 64) == "keep-detail"
    assert default_blend_mode(Frame(0, 0, 3000), 64) == "keep-detail"


# ------------------------------------------------------------------------------ the value
def test_a_patch_freezes_its_pictures() -> None:
    picture = generated()
    patch = patch_of(Frame(0, 0, 10))
    assert not patch.picture.flags.writeable
    with pytest.raises(AssertionError):
        Patch(picture.astype(np.uint8), None, Frame(0, 0, 10))
    with pytest.raises(AssertionError):
        Patch(picture, None, Frame(0, 0, 10), mode="dissolve")


def test_what_is_remembered_of_a_photo_goes_with_it() -> None:
    photo = photo_of()
    composite(photo, [patch_of(Frame(40, 30, 50), "keep-detail")])
    gone = weakref.ref(photo)
    del photo
    gc.collect()
    assert gone() is None
