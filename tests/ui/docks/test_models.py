"""The Models dock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from ganpaint.catalogue import Catalogue, Entry, remember
from ganpaint.errors import BadRequest, Refused
from ganpaint.paths import models_dir
from ganpaint.tasks.requests import (
    Added,
    AddModel,
    AnswerModel,
    Card,
    CardRequest,
    OpenModel,
)
from ganpaint.ui.dialogs.question import QuestionDialog
from ganpaint.ui.docks.models import ModelsDock
from ganpaint.ui.editor import Editor
from ganpaint.ui.messages import Message
from ganpaint.ui.model_card import ModelCard
from ganpaint.ui.widgets.question_row import QuestionRow
from tests.ui.stand_ins import HASH, jobs_of, model_of

LEFT = Qt.MouseButton.LeftButton


def entry_of(number: int, **fields: object) -> Entry:
    made = Entry(
        f"net-{number}", f"Net {number}", Path(f"/x/net-{number}.pkl"), "stylegan2", 64,
        ("ginger", "tuxedo"), f"{number:02x}" * 32, "CC0", "bundled",
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


def card_of(entry: Entry) -> Card:
    sheet = np.full((64, 64, 3), 120, np.uint8)
    return Card(replace(model_of(), hash=entry.hash, parameters=2_300_000), sheet)


def shown(qtbot: QtBot, editor: Editor, *entries: Entry) -> ModelsDock:
    editor.catalogue = Catalogue(entries)
    dock = ModelsDock(editor)
    qtbot.addWidget(dock)
    dock.resize(320, 640)
    dock.show()
    return dock


@pytest.fixture
def told(editor: Editor) -> list[Message]:
    found: list[Message] = []
    editor.message.connect(found.append)
    return found


def serve(qtbot: QtBot, editor: Editor, count: int) -> list[CardRequest]:
    """Answer card requests as they come."""
    jobs = jobs_of(editor)
    for number in range(count):
        qtbot.waitUntil(lambda n=number: len(jobs.of(CardRequest)) == n + 1)
        job = jobs.of(CardRequest)[number]
        entry = next(e for e in editor.catalogue.entries if e.name in job.title)
        jobs.end(job, card_of(entry))
    return [job.request for job in jobs.of(CardRequest)]


def test_a_card_for_every_model_one_at_a_time(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1), entry_of(2, source="user"), entry_of(3))
    assert [card.row.text() for card in dock.cards()] == ["Net 1", "Net 2", "Net 3"]
    requests = serve(qtbot, editor, 3)
    assert requests[0] == CardRequest("net-1", "01" * 32)  # by name: it came with the program
    assert requests[1] == CardRequest("/x/net-2.pkl", "02" * 32)
    assert all(job.tag == "background" for job in jobs_of(editor).of(CardRequest))
    qtbot.wait(120)
    assert len(jobs_of(editor).of(CardRequest)) == 3
    assert all(card.row.picture is not None for card in dock.cards())


def test_nothing_is_asked_for_while_it_is_closed(qtbot: QtBot, editor: Editor) -> None:
    editor.catalogue = Catalogue((entry_of(1),))
    dock = ModelsDock(editor)
    qtbot.addWidget(dock)
    editor.catalogueChanged.emit()
    qtbot.wait(120)
    assert not dock.cards() and not jobs_of(editor).of(CardRequest)


def test_those_in_view_come_first(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, *(entry_of(n) for n in range(1, 30)))
    dock._later.setInterval(1000)  # a busy machine may take longer to lay out than a hand rests
    dock._later.start()
    bar = dock._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: bool(jobs_of(editor).of(CardRequest)))
    assert int(jobs_of(editor).of(CardRequest)[0].request.model.removeprefix("net-")) > 20


def test_one_card_is_open_with_its_facts(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1), entry_of(2))
    serve(qtbot, editor, 2)
    first, second = dock.cards()
    qtbot.mouseClick(first.row, LEFT)
    assert first.is_open and first.samples.sheet.isVisible()
    text = first.details.facts.accessibleName()
    for words in ("StyleGAN2", "64 × 64 px, RGB", "2: ginger, tuxedo", "2.3 million", "CC0"):
        assert words in text
    qtbot.keyClick(first.row, Qt.Key.Key_Down)
    assert second.row.hasFocus()
    qtbot.keyClick(second.row, Qt.Key.Key_Return)
    assert second.is_open and not first.is_open
    qtbot.keyClick(second.row, Qt.Key.Key_Space)
    assert not second.is_open


def test_use_asks_for_the_model(qtbot: QtBot, editor: Editor) -> None:
    mine = entry_of(2, hash=HASH)  # the model in use
    dock = shown(qtbot, editor, entry_of(1), mine)
    assert [card.row.used for card in dock.cards()] == [False, True]
    dock.cards()[0].set_open(True)
    qtbot.wait(30)
    qtbot.mouseClick(dock.cards()[0].use, LEFT)
    assert jobs_of(editor).of(OpenModel)[-1].request.model == "net-1"
    editor.set_model(replace(model_of(), hash="01" * 32))
    assert [card.row.used for card in dock.cards()] == [True, False]
    assert not dock.cards()[0].use.isEnabled()


@pytest.mark.behaviour("X18")
def test_a_refused_file_says_why_on_its_card(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1, family="", hash="", source="user"))
    qtbot.waitUntil(lambda: bool(jobs_of(editor).of(CardRequest)))
    job = jobs_of(editor).of(CardRequest)[0]
    jobs_of(editor).end(job, None, Refused('"net" was refused.', "Ask its author."))
    card = dock.cards()[0]
    card.set_open(True)
    assert card.notes.text() == '"net" was refused. Ask its author.' and card.notes.isVisible()
    assert card.row.lines[0] == "Cannot be opened" and not card.use.isEnabled()
    qtbot.wait(120)
    assert len(jobs_of(editor).of(CardRequest)) == 1  # once is enough


def test_what_was_learnt_of_an_unknown_file_is_shown(
    qtbot: QtBot, editor: Editor, tmp_path: Path
) -> None:
    path = models_dir() / "mine.pkl"
    path.write_bytes(b"x" * 2000)
    editor.rescan_models()
    dock = shown(qtbot, editor, *editor.catalogue.entries)
    card = next(c for c in dock.cards() if c.entry.path == path)
    assert card.row.lines == ("Not looked into yet", "In your model folder · 2.0 kB")
    card.set_open(True)
    qtbot.waitUntil(lambda: bool(jobs_of(editor).of(CardRequest)))
    job = jobs_of(editor).of(CardRequest)[0]
    assert job.request.model == str(path)  # the open card goes first
    info = replace(model_of(), name="mine", path=path)
    remember(info)  # as the engine does
    jobs_of(editor).end(job, Card(info, np.zeros((64, 64, 3), np.uint8)))
    card = next(c for c in dock.cards() if c.entry.path == path)
    assert card.row.lines[0] == "StyleGAN2 · 16 px · 10 classes" and card.is_open


def test_what_a_file_does_not_say_is_asked_on_its_card(
    qtbot: QtBot, editor: Editor, told: list[Message]
) -> None:
    path = models_dir() / "faces.pth"
    path.write_bytes(b"x")
    info = replace(model_of(()), name="faces", family="dcgan", path=path)
    remember(info)
    editor.rescan_models()
    dock = shown(qtbot, editor, *editor.catalogue.entries)
    card = next(c for c in dock.cards() if c.entry.path == path)
    card.show_card(Card(info, np.zeros((64, 64, 3), np.uint8), ("c_dim",)))
    card.set_open(True)
    row = card.findChild(QuestionRow)
    assert row is not None
    qtbot.waitUntil(row.isVisible)
    assert not row.keep.isEnabled()
    qtbot.keyClicks(row.field, "8")
    qtbot.keyClick(row.field, Qt.Key.Key_Return)
    jobs = jobs_of(editor)
    asked = jobs.of(AnswerModel)[-1]
    assert asked.request == AnswerModel(str(path), (("c_dim", 8.0),))
    jobs.end(asked, None, BadRequest("It has 4 inputs.", "Answer less."))
    assert told[-1].title == "It has 4 inputs." and card.findChild(QuestionRow) is not None
    jobs.end(editor.jobs.submit("Reading", asked.request), replace(info, c_dim=8))
    assert card.findChild(QuestionRow) is None and card.card is None
    assert jobs.of(OpenModel)[-1].request.model == str(path)  # it is the one in use


# ------------------------------------------------------------------------------ one class
def test_a_sheet_of_one_class(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1), entry_of(2, nearest=Path("/x/net-2.nearest.webp")))
    requests = serve(qtbot, editor, 2)
    assert requests[1].nearest == Path("/x/net-2.nearest.webp") and requests[0].nearest is None
    first, card = dock.cards()
    card.set_open(True)
    chooser = card.samples.chooser
    assert chooser.isVisible() and chooser.objectName() == "models.class.net-2"
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    jobs = jobs_of(editor)
    qtbot.waitUntil(lambda: len(jobs.of(CardRequest)) == 3)
    job = jobs.of(CardRequest)[2]
    assert job.request == CardRequest("net-2", "02" * 32, 0) and job.tag == "background"
    whole = card.row.picture
    jobs.end(job, replace(card_of(card.entry), sheet=np.full((64, 64, 3), 30, np.uint8)))
    assert card.samples.sheet.grab().toImage().pixelColor(60, 60).red() == 30
    assert card.row.picture is whole and card.missing_class is None
    qtbot.wait(120)
    assert len(jobs.of(CardRequest)) == 3
    chooser.setCurrentIndex(2)
    chooser.activated.emit(2)
    first.set_open(True)  # nobody looks at it any more
    qtbot.wait(120)
    assert len(jobs.of(CardRequest)) == 3


def test_a_class_that_cannot_be_painted_is_said_once(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1))
    serve(qtbot, editor, 1)
    card = dock.cards()[0]
    card.set_open(True)
    qtbot.keyClick(card.samples.chooser, Qt.Key.Key_Down)
    jobs = jobs_of(editor)
    qtbot.waitUntil(lambda: len(jobs.of(CardRequest)) == 2)
    jobs.end(jobs.of(CardRequest)[1], None, BadRequest("It is gone.", "Add it again."))
    assert card.notes.text() == "It is gone. Add it again."
    qtbot.wait(120)
    assert len(jobs.of(CardRequest)) == 2


def test_the_strip_is_on_the_card(qtbot: QtBot, editor: Editor) -> None:
    entry = entry_of(1, card={"quality": {"memorising": {"ratio": 1.6, "samples": 256}}})
    dock = shown(qtbot, editor, entry)
    card = dock.cards()[0]
    card.set_open(True)
    qtbot.waitUntil(lambda: bool(jobs_of(editor).of(CardRequest)))
    made = replace(card_of(entry), nearest=np.zeros((32, 128, 3), np.uint8))
    jobs_of(editor).end(jobs_of(editor).of(CardRequest)[0], made)
    assert card.details.strip.isVisible() and "of 256" in card.details.legend.text()
    assert "1.6 times as far" in card.details.facts.accessibleName()
    card.forget()
    assert card.details.nearest.isHidden()


# ------------------------------------------------------------------------------ adding
def drop(dock: ModelsDock, *paths: Path) -> bool:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, copy, none = QPointF(50, 300), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, copy, mime, LEFT, none)
    enter.ignore()
    dock.dragEnterEvent(enter)
    if not enter.isAccepted():
        return False
    dock.dropEvent(QDropEvent(place, copy, mime, LEFT, none))
    return True


def test_files_and_folders_can_be_dropped(
    qtbot: QtBot, editor: Editor, told: list[Message], tmp_path: Path
) -> None:
    dock = shown(qtbot, editor)
    folder, empty = tmp_path / "nets", tmp_path / "empty"
    for made in (folder / "biggan", empty):
        made.mkdir(parents=True)
    for name in ("b.pkl", "a.pt", "notes.txt", "biggan/config.json", "biggan/pytorch_model.bin"):
        (folder / name).write_text("x")
    assert drop(dock, tmp_path / "one.pkl", folder, empty)
    asked = [job.request.path for job in jobs_of(editor).of(AddModel)]
    assert asked == [tmp_path / "one.pkl", folder / "biggan", folder / "a.pt", folder / "b.pkl"]
    assert [m.title for m in told] == ['"empty" holds no model files. Nothing was added.']
    assert not drop(dock, tmp_path / "cat.jpg")  # a picture is for the window


def test_an_added_model_is_shown_and_can_be_used(
    qtbot: QtBot, editor: Editor, told: list[Message]
) -> None:
    dock = shown(qtbot, editor)
    path = models_dir() / "mine.pkl"
    path.write_bytes(b"x")
    job = editor.jobs.submit("Adding", AddModel(Path("/y/mine.pkl")))
    jobs_of(editor).end(job, Added(replace(model_of(), name="mine"), path))
    card = next(c for c in dock.cards() if c.entry.path == path)
    assert card.is_open
    assert told[-1].title == '"mine" was added.'
    told[-1].actions[0][1]()
    assert jobs_of(editor).of(OpenModel)[-1].request.model == str(path)


def test_a_refused_addition_is_said_over_the_canvas(
    qtbot: QtBot, editor: Editor, told: list[Message]
) -> None:
    shown(qtbot, editor)
    job = editor.jobs.submit("Adding", AddModel(Path("/y/net.pkl")))
    jobs_of(editor).end(job, None, Refused('"net.pkl" was refused: it asks to run "os.system".'))
    assert told[-1].kind == "error" and "os.system" in told[-1].title


# ------------------------------------------------------------------------------ taking away
def removable(qtbot: QtBot, editor: Editor) -> tuple[ModelsDock, ModelCard, Path]:
    path = models_dir() / "mine.safetensors"
    path.write_bytes(b"x")
    editor.rescan_models()
    dock = shown(qtbot, editor, *editor.catalogue.entries)
    card = next(c for c in dock.cards() if c.entry.path == path)
    card.set_open(True)
    qtbot.wait(30)
    return dock, card, path


def test_a_bundled_model_stays_and_says_why(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1))
    card = dock.cards()[0]
    assert not card.remove.isEnabled()
    assert card.remove.toolTip() == "It came with ganpaint and goes with it."


def test_a_model_of_the_users_own_is_deleted_after_a_question(qtbot: QtBot, editor: Editor) -> None:
    dock, card, path = removable(qtbot, editor)
    path.with_suffix(".toml").write_text("broken")
    strip = path.with_name("mine.nearest.webp")
    strip.write_bytes(b"z")
    other = models_dir() / "other.safetensors"
    other.write_bytes(b"y")
    qtbot.mouseClick(card.remove, LEFT)
    dialog = dock.window().findChild(QuestionDialog)
    assert dialog is not None and path.exists()
    no, yes = (dialog.findChild(QPushButton, f"question.{key}") for key in ("no", "yes"))
    assert no is not None and yes is not None and no.isDefault()
    qtbot.mouseClick(yes, LEFT)
    assert not path.exists() and not path.with_suffix(".toml").exists() and other.exists()
    assert not strip.exists()
    assert path not in [c.entry.path for c in dock.cards()]


def test_cancel_deletes_nothing(qtbot: QtBot, editor: Editor) -> None:
    dock, card, path = removable(qtbot, editor)
    qtbot.mouseClick(card.remove, LEFT)
    dialog = dock.window().findChild(QuestionDialog)
    assert dialog is not None
    dialog.reject()
    assert path.exists() and card in dock.cards()


def test_a_recent_file_leaves_the_list_and_stays_on_disk(
    qtbot: QtBot, editor: Editor, tmp_path: Path
) -> None:
    path = tmp_path / "foreign.pkl"
    path.write_bytes(b"x")
    remember(replace(model_of(), name="foreign", hash="01" * 32, path=path))
    editor.rescan_models()
    dock = shown(qtbot, editor, *editor.catalogue.entries)
    card = next(c for c in dock.cards() if c.entry.path == path)
    assert card.row.lines[1].startswith("Opened from elsewhere")
    card.set_open(True)
    qtbot.wait(30)
    qtbot.mouseClick(card.remove, LEFT)
    assert path.exists() and path not in [c.entry.path for c in dock.cards()]


# ------------------------------------------------------------------------------ menus
def popup(dock: ModelsDock) -> QMenu:
    menus = [m for m in dock.findChildren(QMenu) if m.isVisible()]
    assert len(menus) == 1
    return menus[0]


def test_the_menu_does_what_the_buttons_do(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1))
    dock.cards()[0].row.menu_wanted.emit(QPoint(10, 10))
    menu = popup(dock)
    assert {a.text(): a.isEnabled() for a in menu.actions()} == {
        "Use": True, "Open its Folder": True, "Names of its Classes": True,
        "Train Further…": False, "Remove…": False,
    }  # fmt: skip
    menu.actions()[0].trigger()
    menu.close()
    assert jobs_of(editor).of(OpenModel)


def test_names_have_a_menu(qtbot: QtBot, editor: Editor) -> None:
    dock = shown(qtbot, editor, entry_of(1), entry_of(2, class_names=()))
    first, second = dock.cards()
    first.set_open(True)
    qtbot.wait(30)
    qtbot.mouseClick(first.names, LEFT)
    menu = popup(dock)
    assert menu.findChild(QAction, "classes.import") is not None
    menu.close()
    assert not second.names.isEnabled()
    assert second.names.toolTip() == "It has no classes to name."
