"""The pictures to learn from: a folder or zip, chosen or dropped, and what is found in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganpaint.jobs.training_process import PictureCheck
from ganpaint.model_info import classes_text
from ganpaint.ui.theme import (
    GAP,
    RADIUS_BAR,
    font,
    icon_pixmap,
    px,
    set_icon,
    set_role,
    theme,
    theme_changed,
)
from ganpaint.ui.widgets.panel import caption, retire

MOST_CLASSES = 4  # named


class Pictures(QWidget):
    """A card to drop a folder or zip on; it looks into it at once, in a process of its own."""

    chosen = Signal(object)  # Path
    checked = Signal()  # what is in it is known, or what is wrong

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("train.pictures")
        self.setAcceptDrops(True)
        self.source: Path | None = None
        self.count = 0
        self.classes: tuple[str, ...] = ()
        self.refusal = ""
        self.resolution = 64
        self._hovered = False
        self._check = PictureCheck(self)
        self._check.found.connect(self._found)
        self._check.read.connect(
            lambda done, total: self.found.setText(f"Looking: {done:,} of {total:,} pictures")
        )
        self._check.failed.connect(self._refused)
        self._build()
        theme_changed.connect(self._retheme)
        self._tell("Drop a folder or a zip of pictures here.")

    def _build(self) -> None:
        self.title = QLabel("No pictures yet", self)
        self.title.setFont(font("pill", bold=True))
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.found = caption("", self)
        self.found.setObjectName("train.found")
        self.found.setTextFormat(Qt.TextFormat.PlainText)
        self.folder = QPushButton("Folder…", self)
        self.zip = QPushButton("Zip file…", self)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(GAP))
        for button, name, sign, run in (
            (self.folder, "folder", "folder", self._choose_folder),
            (self.zip, "zip", "layer", self._choose_zip),
        ):
            button.setObjectName(f"train.{name}")
            button.setAccessibleName(f"Choose a {button.text().rstrip('…').lower()} of pictures")
            button.setAutoDefault(False)
            button.clicked.connect(run)
            set_icon(button, sign, size=px(16))
            buttons.addWidget(button)
        self._notes = QVBoxLayout()
        self._notes.setSpacing(px(4))
        self.dedupe = QCheckBox("Leave exact duplicates out", self)
        self.dedupe.setObjectName("train.dedupe")
        self.dedupe.setChecked(True)
        self.dedupe.setToolTip("The same picture twice counts as one; nothing is deleted.")
        self.dedupe.toggled.connect(lambda _: self.look())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(10), px(12), px(8))
        layout.setSpacing(px(6))
        for part in (self.title, self.found):
            layout.addWidget(part)
        layout.addLayout(self._notes)
        layout.addLayout(buttons)
        layout.addWidget(self.dedupe)

    # ------------------------------------------------------------------------- choosing
    def take(self, source: Path) -> None:
        """Learn from these pictures."""
        self.source = source
        self.title.setText(source.name or str(source))
        self.title.setToolTip(str(source))
        self.chosen.emit(source)
        self.look()

    def look(self, resolution: int = 0) -> None:
        """Look into it again, for squares of that many pixels."""
        self.resolution = resolution or self.resolution
        self._check.end()
        self.count, self.classes, self.refusal = 0, (), ""
        self._show_notes(())
        if self.source is not None:
            self._tell("Looking at the pictures…")
            words = [str(self.source), "--check", "--resolution", str(self.resolution)]
            self._check.start([*words, *(["--dedupe"] if self.dedupe.isChecked() else [])])
        self.checked.emit()

    @property
    def is_ready(self) -> bool:
        """Whether one can train on them."""
        return self.count > 0

    @property
    def is_looking(self) -> bool:
        """Whether it is not known yet what is in it."""
        return self.source is not None and not self.count and not self.refusal

    def end(self) -> None:
        """Look no longer."""
        self._check.end()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, "Pictures to learn from")
        dialog.setObjectName("train.folder.dialog")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        self._ask(dialog)

    def _choose_zip(self) -> None:
        dialog = QFileDialog(self, "A zip of pictures to learn from")
        dialog.setObjectName("train.zip.dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Zip files (*.zip)", "All files (*)"])
        self._ask(dialog)

    def _ask(self, dialog: QFileDialog) -> None:
        if self.source is not None:
            dialog.setDirectory(str(self.source.parent))
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        dialog.open()

    # ------------------------------------------------------------------------- what is found
    def _found(self, record: dict[str, Any]) -> None:
        self.count, self.classes = record["pictures"], tuple(record["classes"])
        words = f"{self.count:,} pictures"
        if self.classes:
            shown = ", ".join(self.classes[:MOST_CLASSES])
            more = ", …" if len(self.classes) > MOST_CLASSES else ""
            words += f" of {classes_text(len(self.classes))}: {shown}{more}"
        self._tell(words)
        self._show_notes(record["notes"])
        self.checked.emit()

    def _refused(self, sentence: str, details: str) -> None:
        self.refusal = sentence
        self._tell(sentence, warn=True)
        self.found.setToolTip(details)
        self.checked.emit()

    def _tell(self, words: str, *, warn: bool = False) -> None:
        self.found.setText(words)
        self.found.setToolTip("")
        set_role(self.found, "warn" if warn else "caption")

    def _show_notes(self, notes: tuple[str, ...] | list[str]) -> None:
        while self._notes.count():
            item = self._notes.takeAt(0)
            row = item.widget() if item is not None else None
            if row is not None:
                retire(row)
        for note in notes:
            row = QWidget(self)
            inside = QHBoxLayout(row)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(px(6))
            sign = QLabel(row)
            sign.setPixmap(icon_pixmap("info", "warn", px(14), self.devicePixelRatioF()))
            inside.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            words = caption(note, row)
            words.setTextFormat(Qt.TextFormat.PlainText)
            inside.addWidget(words, 1)
            self._notes.addWidget(row)

    @property
    def notes(self) -> list[str]:
        """What was found wrong."""
        found = []
        for at in range(self._notes.count()):
            item = self._notes.itemAt(at)
            row = item.widget() if item is not None else None
            if row is not None:
                found.append(row.findChildren(QLabel)[1].text())
        return found

    def _retheme(self) -> None:
        notes = self.notes
        self._show_notes(notes)
        self.update()

    # ------------------------------------------------------------------------- dropping
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.isEnabled() and dropped(event.mimeData()) is not None:
            event.acceptProposedAction()
            self.show_hovered(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.show_hovered(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.show_hovered(False)
        source = dropped(event.mimeData())
        if source is not None:
            event.acceptProposedAction()
            self.take(source)

    def show_hovered(self, hovered: bool) -> None:
        """Whether something to drop is over the dialog."""
        self._hovered = hovered
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme().colour("panel"))
        pen = QPen(theme().colour("line"), 1)
        if self._hovered:
            pen = QPen(theme().colour("accent"), 3)
        elif self.source is None:
            pen = QPen(theme().colour("edge"), 1.2, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_BAR, RADIUS_BAR)


def dropped(data: QMimeData) -> Path | None:
    """The folder or zip that is dropped; None for anything else, or several things."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if len(paths) != 1:
        return None
    path = paths[0]
    return path if path.is_dir() or path.suffix.lower() == ".zip" else None
