"""The sheet fills every token and length, and Qt can read it."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from ganpaint.ui import theme
from ganpaint.ui.stylesheet import shaded, style_sheet


@pytest.mark.parametrize("name", theme.NAMES)
def test_nothing_is_left_open(name: str) -> None:
    sheet = style_sheet(theme.make_theme(name).values, theme.px)
    assert sheet.count("{") == sheet.count("}")
    assert "{{" not in sheet and "None" not in sheet
    assert theme.make_theme(name).hex("accent") in sheet


def test_roles_colour_buttons(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    button = QPushButton("Start")
    theme.set_role(button, "primary")
    button.resize(120, 28)
    colour = button.grab().toImage().pixelColor(10, 14)
    assert colour == theme.theme().colour("accent")


def test_shades() -> None:
    assert shaded("#000000", 0.5) == "#808080"
    assert shaded("#808080", -1) == "#000000"
