"""The export dialog: what it says before anything is written, and what it asks for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.document.document import Document
from ganpaint.picture.composite import composite
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.tasks.requests import CompositeRequest
from ganpaint.ui.dialogs.export import ExportDialog
from ganpaint.ui.editor import Editor
from ganpaint.ui.qimage import from_qimage
from tests.ui.stand_ins import document_of, editor_of, jobs_of


def dialog_of(qtbot: object, document: Document, path: Path) -> tuple[ExportDialog, Editor]:
    editor = editor_of(document)
    parent = QWidget()
    qtbot.addWidget(parent)  # type: ignore[attr-defined]
    dialog = ExportDialog(parent, editor, path)
    dialog.parent_kept = parent  # type: ignore[attr-defined]
    [job] = jobs_of(editor).of(CompositeRequest)
    jobs_of(editor).end(job, composite(document.photo, document.patches))
    return dialog, editor


def kept_lines(dialog: ExportDialog) -> list[str]:
    grid = dialog._kept
    labels = [grid.itemAtPosition(row, 1) for row in range(grid.rowCount())]
    return [item.widget().text() for item in labels if item is not None]  # type: ignore[attr-defined]


@pytest.mark.behaviour("I6", "I7")
def test_it_says_what_stays_the_same(qtbot: object, qapp: QApplication, tmp_path: Path) -> None:
    dialog, _ = dialog_of(qtbot, document_of(edit=True), tmp_path / "a.png")
    assert dialog.exact.text() == "Outside the work frame: identical."
    dialog._take_type("JPEG")
    assert dialog.exact.text().startswith("JPEG encodes every pixel anew.")
    assert dialog.path == tmp_path / "a.jpg" and not dialog.quality.isHidden()
    assert not any("pixel" in line for line in kept_lines(dialog))
    dialog._take_type("WebP")
    assert dialog.options == {"lossless": True} and dialog.quality.isHidden()
    dialog.lossless.choose("lossy")
    dialog._changed()
    assert dialog.options == {"lossless": False, "quality": 92}


@pytest.mark.behaviour("I6")
def test_with_a_mask_it_speaks_of_the_mask(
    qtbot: object, qapp: QApplication, tmp_path: Path
) -> None:
    document = document_of(edit=True)
    edit = document.edit
    assert edit is not None
    masked = replace(edit.patch, mask=Mask.empty(80, 60))
    document = document.with_edit(replace(edit, patch=masked))
    dialog, _ = dialog_of(qtbot, document, tmp_path / "a.tif")
    assert dialog.exact.text() == "Outside the mask: identical."


@pytest.mark.behaviour("I7")
def test_the_crop_follows_type_and_quality(
    qtbot: object, qapp: QApplication, tmp_path: Path
) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    document = Document(Photo.make(pixels, "RGB"), Frame(200, 150, 200))
    dialog, _ = dialog_of(qtbot, document, tmp_path / "a.png")
    dialog._encode()
    box = dialog._box()
    exact = from_qimage(dialog.after._image)[..., :3]
    assert np.array_equal(exact, pixels[box[1] : box[3], box[0] : box[2]])
    whole = dialog.bytes.text()
    dialog._take_type("JPEG")
    dialog.quality.set_amount(10)
    dialog._encode()
    rough = from_qimage(dialog.after._image)[..., :3]
    assert np.abs(rough.astype(int) - exact).mean() > 5
    assert dialog.bytes.text() != whole and dialog.bytes.text().startswith("About")
    dialog._look_elsewhere(QPointF(-5000, -5000))
    assert dialog._box()[:2] == (0, 0)


@pytest.mark.behaviour("I22")
def test_writing_over_the_photo_is_named_and_a_copy_offered(
    qtbot: object, qapp: QApplication, tmp_path: Path
) -> None:
    source = tmp_path / "cat.png"
    source.write_bytes(b"x")
    document = document_of()
    photo = Photo.make(np.array(document.photo.pixels), "RGB", source=source)
    dialog, _ = dialog_of(qtbot, replace(document, photo=photo), tmp_path / "cat-edited.png")
    assert dialog.copy.isHidden() and dialog.export.text() == "Export"
    dialog.name.setText("cat.png")
    dialog._say_where()
    assert "opened photo itself" in dialog.where.text()
    assert dialog.export.text() == "Write over the photo" and not dialog.copy.isHidden()
    dialog._name_a_copy()
    assert dialog.path == tmp_path / "cat-edited.png"
    (tmp_path / "cat-edited.png").write_bytes(b"y")
    dialog._say_where()
    assert "replaced" in dialog.where.text()


@pytest.mark.behaviour("N4")
def test_what_was_chosen_is_remembered(qtbot: object, qapp: QApplication, tmp_path: Path) -> None:
    dialog, editor = dialog_of(qtbot, document_of(), tmp_path / "ü 猫 #%.webp")
    chosen: list[tuple[Path, dict[str, object]]] = []
    dialog.chosen.connect(lambda path, options: chosen.append((path, options)))
    dialog.lossless.choose("lossy")
    dialog.quality.set_amount(55)
    QTest.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    assert chosen == [(tmp_path / "ü 猫 #%.webp", {"lossless": False, "quality": 55})]
    assert editor.preferences.export["WebP"]["quality"] == 55
