"""The guided first edit: a card over the canvas that follows what the person does.

Not modal: everything else can be used, and a step counts however it was done. The card moves on
by itself when what it asks for has happened.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ganpaint.document.document import Document
from ganpaint.ui.commands import paint
from ganpaint.ui.options import Colour
from ganpaint.ui.theme import RADIUS_CARD, font, px, set_role, theme, theme_changed
from ganpaint.ui.widgets.notices import announce

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

WHITE: Colour = (0.95, 0.92, 0.9)
BLAZE_SIZE = 26.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guide.

    Attributes:
        title, text: what to do.
        button: a label of a button that helps, "" for none.
        done: whether the document shows that it was done.
        meanwhile: title and text while a search does what it asks for.
    """

    title: str
    text: str
    button: str
    done: Callable[[Document], bool]
    meanwhile: tuple[str, str] = ("", "")


STEPS: tuple[Step, ...] = (
    Step(
        "Project the photo",
        "The yellow square is the work frame. Press Start projection on the right, or P: the "
        "model searches for a picture of its own that looks like this cat. You can stop at any "
        "time; the best is kept.",
        "Start projection",
        lambda document: document.edit is not None,
        (
            "Watch it search",
            "Step by step the model's own picture comes closer to the cat in the frame. Wait for "
            "the end, or press Stop and keep on the right when you like what you see.",
        ),
    ),
    Step(
        "Paint a white blaze",
        "The model knows this cat now, and the photo keeps its own detail. Brush and white are "
        "ready: draw from the forehead down to the nose, and the stroke becomes fur.",
        "",
        lambda document: bool(document.strokes),
    ),
    Step(
        "Choose another coat",
        "Click another class on the right: the pose stays, the coat changes. Ctrl+click adds a "
        "second class to the mix.",
        "Show the classes",
        lambda document: document.edit is not None and document.edit.look.class_weights is not None,
    ),
    Step(
        "Export the picture",
        "Everything can be undone with Ctrl+Z; hold O to compare with the photo. Export writes "
        "the whole photo: outside the frame its pixels are the same.",
        "Export…",
        lambda document: False,
    ),
)
FINISHED = Step(
    "That was all of it",
    "Open a photo of your own, or paint from nothing. Help (F1) has the rest.",
    "",
    lambda document: False,
)


class Guide(QWidget):
    """The card.

    Args:
        editor: what the person does is seen in its document.
        host: the widget that the card lies on, the canvas.
    """

    helpWanted = Signal(int)  # the step whose button was pressed
    placed = Signal()  # it appeared, went, or has another size

    def __init__(self, editor: Editor, host: QWidget) -> None:
        super().__init__(host)
        self.editor = editor
        self.setObjectName("guide")
        self.at = -1
        self._count, self._title, self._text = QLabel(), QLabel(), QLabel()
        self._count.setFont(font("caption"))
        set_role(self._count, "caption")
        self._title.setFont(font("head"))
        self._text.setWordWrap(True)
        self._text.setObjectName("guide.text")
        self.button = QPushButton()
        self.button.setObjectName("guide.button")
        self.skip, self.leave = QPushButton("Skip"), QPushButton("Leave the guide")
        self.skip.setObjectName("guide.skip")
        self.leave.setObjectName("guide.leave")
        for link in (self.skip, self.leave):
            set_role(link, "link")
        for button in (self.button, self.skip, self.leave):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(lambda: self.helpWanted.emit(self.at))
        self.skip.clicked.connect(self.next_step)
        self.leave.clicked.connect(self.end)
        row = QHBoxLayout()
        row.setSpacing(px(16))
        row.addWidget(self.button)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(6))
        for part in (self._count, self._title, self._text):
            layout.addWidget(part)
        layout.addSpacing(px(4))
        layout.addLayout(row)
        self.setFixedWidth(px(340))
        editor.documentChanged.connect(self._look)
        paint.results(editor).runChanged.connect(self._tell)
        editor.sessionChanged.connect(self._session_changed)
        theme_changed.connect(self.update)
        host.installEventFilter(self)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Whether the card is shown."""
        return self.at >= 0

    def begin(self) -> None:
        """Show the first step."""
        self._go_to(0)

    def next_step(self) -> None:
        """On to the next one, or to the end."""
        if 0 <= self.at < len(STEPS):
            self._go_to(self.at + 1)

    def end(self) -> None:
        """Take the card away."""
        self.at = -1
        self.hide()
        self.placed.emit()

    def exported(self) -> None:
        """The last step was done."""
        if self.is_running:
            self._go_to(len(STEPS))

    def _go_to(self, at: int) -> None:
        self.at = at
        if at == 1:
            self.editor.use_tool("brush")
            self.editor.set_option("erase", False)
            self.editor.set_option("colour", WHITE)
            self.editor.set_option("size", BLAZE_SIZE)
        if at in (0, 2):
            self.helpWanted.emit(-1 - at)
        self._tell()
        announce(self, f"{self._title.text()}. {self._text.text()}")
        self.show()
        self.raise_()
        self._place()

    def _tell(self) -> None:
        """What the card says now."""
        if not self.is_running:
            return
        step = STEPS[self.at] if self.at < len(STEPS) else FINISHED
        last = step is FINISHED
        busy = bool(step.meanwhile[0]) and paint.is_projecting(self.editor)
        title, text = step.meanwhile if busy else (step.title, step.text)
        self._count.setText("Guided first edit" if last else f"Step {self.at + 1} of {len(STEPS)}")
        self._title.setText(title)
        self._text.setText(text)
        self.button.setVisible(bool(step.button) and not busy)
        self.button.setText(step.button)
        self.skip.setVisible(not last)
        self.leave.setText("Close" if last else "Leave the guide")
        for button in (self.button, self.skip, self.leave):
            button.setAccessibleName(button.text())
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self._place()

    def _look(self, old: Document | None, new: Document | None) -> None:
        if not 0 <= self.at < len(STEPS) or new is None or old is None:
            return
        if STEPS[self.at].done(new) and not paint.is_projecting(self.editor):
            self.next_step()

    def _session_changed(self, session: object) -> None:
        if session is None:
            self.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        host = self.parentWidget()
        if host is not None and self.isVisible():
            self.adjustSize()
            self.move(px(16), host.height() - self.height() - px(60))
            self.placed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme().colour("panel", 0.97))
        painter.setPen(QPen(theme().colour("accent"), 1.5))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
