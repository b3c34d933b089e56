"""One card of the Models dock: sizes, roles, what is painted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ganpaint.catalogue import Entry
from ganpaint.model_info import Capability
from ganpaint.tasks.requests import Card
from ganpaint.ui import theme
from ganpaint.ui.model_card import ModelCard
from ganpaint.ui.model_details import ModelDetails
from tests.ui.stand_ins import model_of

ENTRY = Entry(
    "cats", "Cats <b>& dogs</b>", Path("/x/cats.pkl"), "dcgan", 64, (), "ab" * 32, "", "recent"
)


@pytest.fixture
def card(qtbot: QtBot, qapp: QApplication) -> Iterator[ModelCard]:
    theme.apply(qapp, "dark")
    holder = QWidget()
    qtbot.addWidget(holder)
    made = ModelCard(ENTRY, holder)
    made.setFixedWidth(296)
    holder.resize(320, 900)
    holder.show()
    yield made


def colours(image: QImage, x: int, y: int) -> tuple[int, int, int]:
    colour = image.pixelColor(x, y)
    return colour.red(), colour.green(), colour.blue()


def test_it_grows_when_it_opens(card: ModelCard) -> None:
    low = card.sizeHint().height()
    card.set_open(True)
    assert card.sizeHint().height() > low + 250
    card.set_open(False)
    assert card.sizeHint().height() == low


def test_its_sheet_is_painted(card: ModelCard) -> None:
    sheet = np.zeros((64, 64, 3), np.uint8)
    sheet[:, :, 0] = 200
    grey = colours(card.row.grab().toImage(), 40, 20)
    card.show_card(Card(model_of(()), sheet))
    card.adjustSize()
    assert colours(card.row.grab().toImage(), 40, 20) == (200, 0, 0) != grey
    card.set_open(True)
    card.adjustSize()
    assert colours(card.samples.sheet.grab().toImage(), 100, 100) == (200, 0, 0)


def test_names_of_files_are_no_markup(card: ModelCard) -> None:
    card.show_entry(replace(ENTRY, licence="<b>free</b> & <i>easy</i>"))
    assert "&lt;b&gt;free" in card.details.facts.text()
    assert "<b>free</b>" in card.details.facts.accessibleName()


def test_what_it_learnt_while_closed_is_there_when_it_opens(card: ModelCard) -> None:
    sheet, strip = np.full((64, 64, 3), 90, np.uint8), np.zeros((32, 128, 3), np.uint8)
    card.show_entry(replace(ENTRY, class_names=("a", "b")))
    card.show_card(Card(model_of(()), sheet, nearest=strip))
    assert not card.findChildren(ModelDetails)  # a list of many models is there sooner
    card.set_open(True)
    assert card.samples.sheet.picture is card.row.picture is not None
    assert card.details.strip.columns == 8 and card.samples.chooser.count() == 3
    assert "Parameters" not in card.details.facts.text()


def test_the_order_of_the_keyboard_is_that_of_the_eye(card: ModelCard) -> None:
    trained = {"training": {"recipe": "x"}}
    card.show_entry(replace(ENTRY, family="stylegan2", class_names=("a", "b"), card=trained))
    card.set_open(True)
    order, at = [], card.row
    for _ in range(30):
        at = at.nextInFocusChain()
        order.append(at.objectName())
    expected = [
        "models.use.cats", "models.folder.cats", "models.names.cats", "models.train.cats",
        "models.remove.cats",
        "models.class.cats", "models.copy.cats", "models.recipe.cats",
    ]  # fmt: skip
    assert [name for name in order if name in expected][: len(expected)] == expected


def test_every_button_has_a_name(card: ModelCard) -> None:
    card.set_open(True)
    for key, button in card.buttons().items():
        assert button.objectName() == f"models.{key}.cats"
        assert button.accessibleName() and button.height() >= 24
    assert card.remove.accessibleName().startswith("Take it off this list")
    assert card.row.accessibleDescription() == "open"


def test_it_offers_to_train_further(qtbot: QtBot, card: ModelCard) -> None:
    card.set_open(True)
    assert not card.train.isVisible()  # of another family: nothing to press
    card.show_entry(replace(ENTRY, family="stylegan2"))
    assert card.train.isVisible() and not card.train.isEnabled()
    sheet = np.zeros((64, 64, 3), np.uint8)
    card.show_card(Card(model_of(()), sheet))
    assert not card.train.isEnabled() and "discriminator" in card.train.toolTip()
    whole = replace(model_of(()), capabilities=frozenset({Capability.DISCRIMINATOR}))
    card.show_card(Card(whole, sheet))
    assert card.train.toolTip() == "Train further on your pictures…"
    with qtbot.waitSignal(card.train_wanted) as told:
        card.train.click()
    assert told.args == [card]


def test_it_follows_the_theme(card: ModelCard, qapp: QApplication) -> None:
    before = card.details.facts.text()
    theme.apply(qapp, "light")
    after = card.details.facts.text()
    assert after != before and theme.theme().hex("text2") in after
    theme.apply(qapp, "dark")
