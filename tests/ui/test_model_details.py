"""What an open card says of its model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.catalogue import Entry
from ganpaint.ui import theme
from ganpaint.ui.model_details import ModelDetails
from ganpaint.ui.qimage import to_qpixmap

CARD: dict[str, Any] = {
    "data": {"name": "my <cats>", "images": 48, "licence": "CC BY 4.0"},
    "training": {"kimg": 1.0, "recipe": "ganpaint train cats --from cats-64 --out mine --kimg 1"},
    "quality": {"memorising": {"ratio": 0.42, "samples": 256}},
}
BARE = Entry("mine", "Mine", Path("/x/mine.safetensors"), "stylegan2", 64, (), "ab" * 32)
ENTRY = replace(BARE, card=CARD)


@pytest.fixture
def details(qtbot: QtBot, qapp: QApplication) -> Iterator[ModelDetails]:
    theme.apply(qapp, "dark")
    holder = QWidget()
    qtbot.addWidget(holder)
    made = ModelDetails(holder)
    made.setFixedWidth(272)
    holder.resize(300, 900)
    holder.show()
    yield made


def test_groups_have_heads_and_warnings_their_colour(details: ModelDetails) -> None:
    details.show_model(ENTRY, None)
    text = details.facts.text()
    assert (
        text.index("Training pictures") < text.index("my &lt;cats&gt;") < text.index(">Training<")
    )
    warning = text[: text.index("Copies: only 0.42")].rpartition("<td")[2]
    assert theme.theme().hex("warn") in warning
    assert "New pictures: Copies: only 0.42 times" in details.facts.accessibleName()
    details.show_model(BARE, None)
    assert "Training" not in details.facts.text()


def test_the_recipe_is_whole_and_can_be_copied(
    qtbot: QtBot, qapp: QApplication, details: ModelDetails
) -> None:
    details.show_model(ENTRY, None)
    details.adjustSize()
    assert details.making.isVisible()
    bar = details.recipe.verticalScrollBar()
    assert bar.maximum() == 0  # nothing is hidden below
    high = details.recipe.height()
    details.setFixedWidth(160)
    details.adjustSize()
    qtbot.waitUntil(lambda: details.recipe.height() > high and bar.maximum() == 0)
    qtbot.mouseClick(details.copy, Qt.MouseButton.LeftButton)
    assert qapp.clipboard().text() == CARD["training"]["recipe"]
    assert details.recipe.isReadOnly()


def test_what_is_not_known_is_absent(details: ModelDetails) -> None:
    details.show_model(BARE, None)
    details.show_nearest(None)
    assert details.making.isHidden() and details.nearest.isHidden()


def test_the_nearest_training_pictures_have_their_legend(details: ModelDetails) -> None:
    strip = to_qpixmap(np.zeros((32, 128, 3), np.uint8))
    details.show_nearest(strip, 256)
    assert details.nearest.isVisible()
    assert "the 8 of 256 new pictures" in details.legend.text()
    details.show_nearest(strip)
    assert "8 new pictures, nearest to" in details.legend.text()
    details.show_nearest(None)
    assert details.nearest.isHidden()


def test_long_words_make_no_dock_wider(details: ModelDetails) -> None:
    name = "x" * 300
    card = {"data": {"source": name}, "training": {"recipe": name}}
    details.show_model(replace(BARE, path=Path(f"/{name}.pkl"), card=card), None)
    assert details.minimumSizeHint().width() <= 272


def test_it_follows_the_theme(details: ModelDetails, qapp: QApplication) -> None:
    details.show_model(ENTRY, None)
    theme.apply(qapp, "light")
    assert theme.theme().hex("warn") in details.facts.text()
    theme.apply(qapp, "dark")
