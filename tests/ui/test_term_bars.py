"""Weights of losses: ui/term_bars.py."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from ganpaint.ui.term_bars import TermBars
from ganpaint.ui.widgets.slider import ValueBar
from tests.ui.stand_ins import editor_of, model_of


def test_bars_are_what_the_model_offers(qtbot: QtBot) -> None:
    editor = editor_of(None, model_of())
    bars = TermBars(editor)
    qtbot.addWidget(bars)
    assert {b.objectName() for b in bars.findChildren(ValueBar)} >= {
        "projection.term.logcosh", "projection.term.l2", "projection.term.prior"
    }  # fmt: skip
    bars.show_model(model_of())
    names = {b.objectName().split(".")[-1] for b in bars.findChildren(ValueBar)}
    assert names == {"logcosh", "lpips", "laplacian", "discriminator", "prior", "spread"}


@pytest.mark.behaviour("F6")
def test_weights_go_to_the_settings_and_zero_takes_out(qtbot: QtBot) -> None:
    editor = editor_of(None, model_of())
    bars = TermBars(editor)
    qtbot.addWidget(bars)
    bars.show_model(model_of())
    laplacian = bars.findChild(ValueBar, "projection.term.laplacian")
    prior = bars.findChild(ValueBar, "projection.term.prior")
    assert laplacian is not None and prior is not None
    laplacian.set_by_gesture(0)
    assert "laplacian" not in dict(editor.projection.terms)
    prior.set_by_gesture(0.02)
    assert dict(editor.projection.regularisers)["prior"] == 0.02
    bars.show_shares({"logcosh": 0.5, "prior": 0.1})
    assert laplacian.share is None  # it is off
    assert prior.share == 0.1
    bars.show_shares({})
    assert prior.share is None
