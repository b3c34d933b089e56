"""Colours keep their contrast, icons are there at every size, nothing is coloured elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QToolButton

from ganpaint.ui import theme
from ganpaint.ui.qimage import from_qimage

ROOT = Path(__file__).resolve().parents[2]
ICONS = sorted(path.stem for path in (ROOT / "resources" / "icons").glob("*.svg"))

# (token, on token) → least contrast, LOOK section 4
PAIRS = {
    ("text", "panel"): 4.5, ("text", "window"): 4.5, ("text", "control"): 4.5,
    ("text", "field"): 4.5, ("text", "hover"): 4.5, ("text", "selected"): 4.5,
    ("text2", "panel"): 4.5, ("text2", "window"): 4.5, ("text2", "control"): 4.5,
    ("accent", "panel"): 4.5, ("accent", "window"): 4.5, ("accent", "field"): 4.5,
    ("accent", "control"): 4.5, ("onaccent", "accent"): 4.5,
    ("text", "page"): 4.5, ("text2", "page"): 4.5, ("accent", "page"): 4.5,
    ("ok", "panel"): 4.5, ("warn", "panel"): 4.5, ("err", "panel"): 4.5,
    ("accent", "selected"): 3.0, ("edge", "panel"): 3.0, ("edge", "field"): 3.0,
    ("edge", "window"): 3.0, ("off", "panel"): 3.0,
}  # fmt: skip


def luminance(colour: QColor) -> float:
    channels = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(a: QColor, b: QColor) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.behaviour("A7")
@pytest.mark.parametrize("name", theme.NAMES)
def test_contrast(name: str) -> None:
    made = theme.make_theme(name)
    for (front, back), least in PAIRS.items():
        found = contrast(made.colour(front), made.colour(back))
        assert round(found, 1) >= least, f"{name}: {front} on {back} has {found:.2f}"


@pytest.mark.parametrize("name", theme.NAMES)
def test_neutrals_are_true_grey(name: str) -> None:
    made = theme.make_theme(name)
    for token in (
        "surround",
        "page",
        "window",
        "panel",
        "control",
        "hover",
        "field",
        "line",
        "edge",
    ):
        colour = made.colour(token)
        assert colour.red() == colour.green() == colour.blue()


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("size", [16, 24])
def test_every_icon_is_drawn(qapp: QApplication, name: str, size: int) -> None:
    theme.apply(qapp, name)
    assert len(ICONS) >= 50
    for icon in ICONS:
        for ratio in (1, 1.5, 2):
            pixmap = theme.icon_pixmap(icon, "text", size, ratio)
            assert pixmap.devicePixelRatio() == ratio
            pixels = from_qimage(pixmap.toImage())
            inked = pixels[..., 3] > 100
            assert inked.sum() >= 3 * ratio, f"{icon} is empty at {size} × {ratio}"
            want = theme.theme().colour("text").red()
            assert np.abs(pixels[inked][:, 0].astype(int) - want).max() <= 6, icon


@pytest.mark.behaviour("Y1")
def test_icons_follow_the_theme(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    button = QToolButton()
    theme.set_icon(button, "brush")
    dark = button.icon().pixmap(24, 24).toImage()
    theme.apply(qapp, "light")
    light = button.icon().pixmap(24, 24).toImage()
    assert brightness(dark) > 180 > 80 > brightness(light)


def brightness(image: QImage) -> float:
    pixels = from_qimage(image)
    return float(pixels[pixels[..., 3] > 200][:, :3].mean())


@pytest.mark.behaviour("Y1")
def test_apply_tells_and_dresses(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    heard = []
    theme.theme_changed.connect(lambda: heard.append(theme.theme().name))
    theme.apply(qapp, "light")
    theme.apply(qapp, "light")  # nothing to do
    theme.apply(qapp, "dark", "white")
    assert heard == ["light", "dark"]
    assert theme.theme().hex("surround") == theme.SURROUNDS["white"]
    assert qapp.palette().window().color() == theme.theme().colour("window")
    theme.apply(qapp, "dark")


@pytest.mark.behaviour("A9")
def test_lengths_and_fonts_grow_with_the_body_font(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    usual = theme.px(26), theme.font("caption").pixelSize()
    theme.set_base_size(24)
    try:
        assert theme.px(26) == 52
        assert theme.font("caption").pixelSize() == 22
    finally:
        theme.set_base_size(12)
    assert (theme.px(26), theme.font("caption").pixelSize()) == usual


def test_still_means_no_animation() -> None:
    theme.set_still(True)
    try:
        assert theme.duration("in") == 0
    finally:
        theme.set_still(False)
    assert theme.duration("in") == 160


def test_colours_and_pixel_fonts_stand_in_the_theme_only() -> None:
    faults = []
    for path in (ROOT / "ganpaint" / "ui").rglob("*.py"):
        if path.name == "theme.py":
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if re.search(r"[\"'(]#[0-9A-Fa-f]{6}\b|font-size:\s*\d+p|setPixelSize\(\d", line):
                faults.append(f"{path.relative_to(ROOT)}:{number} {line.strip()}")
    assert not faults, "\n".join(faults)
