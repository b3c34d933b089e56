"""The model button names the model and lists the others."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from ganpaint.catalogue import Entry
from ganpaint.ui import theme
from ganpaint.ui.model_button import ModelButton
from tests.ui.stand_ins import editor_of, model_of


def test_names_and_list(qtbot: object, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    editor = editor_of()
    button = ModelButton(editor)
    qtbot.addWidget(button)  # type: ignore[attr-defined]
    assert button.text() == "No model"
    editor.set_model(model_of())
    assert button.text() == "cats-64" and button.accessibleName() == "Model: cats-64"
    editor.catalogue.entries = (  # type: ignore[assignment]
        Entry("cats-64", "", Path("x"), resolution=64),
        Entry("dogs", "", Path("y")),
    )
    menu = button.show_list()
    named = {a.objectName(): a.isChecked() for a in menu.actions() if a.objectName()}
    assert named == {
        "model.list.cats-64": True,
        "model.list.dogs": False,
        "model.list.add": False,
        "model.list.manage": False,
    }
    asked: list[str] = []
    button.addClicked.connect(lambda: asked.append("add"))
    button.manageClicked.connect(lambda: asked.append("manage"))
    for action in menu.actions()[-2:]:
        action.trigger()
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # before its button goes
    assert asked == ["add", "manage"]
