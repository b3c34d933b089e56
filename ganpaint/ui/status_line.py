"""The line at the foot of the window: what the mouse would do, and how things stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from ganpaint.document.document import Document
from ganpaint.picture.photo import Photo
from ganpaint.tasks.studio import processors
from ganpaint.ui.theme import PADDING, font, px, set_role, theme

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

WELCOME = "Nothing is sent anywhere: ganpaint does not use the network unless you ask it to."


class ElidedLabel(QLabel):
    """A label that ends in "…" where there is no room, and shows all of it as its tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme().colour("text2"))
        words = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        self.setToolTip(self.text() if words != self.text() else "")
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, words)


class StatusLine(QWidget):
    """Left the hint; right the job, the picture, the zoom and the device."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(max(px(26), self.fontMetrics().height() + px(8)))
        self._words = ""
        self.hint = ElidedLabel(self)
        self.job, self.picture, self.zoom, self.device = (QLabel(self) for _ in range(4))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PADDING, 1, PADDING, 0)
        layout.setSpacing(px(28))
        layout.addWidget(self.hint, 1)
        names = {"hint": "Hint", "job": "Work", "picture": "Picture", "zoom": "Zoom"}
        for name, title in (names | {"device": "Device"}).items():
            label: QLabel = getattr(self, name)
            label.setObjectName(f"status.{name}")
            label.setFont(font("body"))
            set_role(label, "caption")
            label.setAccessibleDescription(title)
            if label is not self.hint:
                layout.addWidget(label)
        self.device.setText(device_words(editor.preferences.device, editor.preferences.threads))
        editor.hintChanged.connect(self._set_hint)
        editor.engineState.connect(self._refresh)
        editor.modelChanged.connect(self._refresh)
        editor.sessionChanged.connect(self._refresh)
        self._refresh()
        self._set_hint(WELCOME)

    def set_job(self, words: str) -> None:
        """What runs, in words; "" = nothing."""
        self._words = words
        self._refresh()

    def set_zoom(self, zoom: float) -> None:
        """The zoom, 1 = one photo pixel a device pixel."""
        self.zoom.setText(f"{zoom * 100:.0f} %" if self.editor.session else "")

    def set_device(self, device: str, threads: int) -> None:
        """What a result was really computed on."""
        self.device.setText(device_words(device, threads))

    def _set_hint(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.update()

    def _refresh(self, *_: object) -> None:
        document = self.editor.document
        self.picture.setText(picture_words(document) if document else "")
        self._set_hint(WELCOME if document is None else self.editor.hint)
        if document is None:
            self.zoom.setText("")
        idle = "" if document else "Ready"
        self.job.setText(self._words or self.editor.engine or idle)
        self.picture.setVisible(document is not None)
        self.zoom.setVisible(document is not None)


def picture_words(document: Document) -> str:
    """Size, profile and depth: "451 × 300  sRGB 8 bit"."""
    photo = document.photo
    return f"{photo.width} × {photo.height}  {profile_words(photo)} {photo.depth} bit"


def profile_words(photo: Photo) -> str:
    """The photo's colours in a word or two."""
    if photo.icc is not None:
        name = profile_name(photo.icc)
        return "sRGB" if name.lower().startswith("srgb") else name or "own profile"
    return "grey" if photo.colours == 1 else "sRGB"


def profile_name(icc: bytes) -> str:
    """The description in an ICC profile's `desc` tag; "" where it cannot be found."""
    count = int.from_bytes(icc[128:132], "big")
    for n in range(min(count, 64)):
        entry = icc[132 + 12 * n : 144 + 12 * n]
        if entry[:4] == b"desc":
            offset, size = (int.from_bytes(entry[i : i + 4], "big") for i in (4, 8))
            tag = icc[offset : offset + min(size, 4096)]
            if tag[:4] == b"desc":
                length = int.from_bytes(tag[8:12], "big")
                return tag[12 : 12 + length].rstrip(b"\0").decode("ascii", "replace")[:40]
            if tag[:4] == b"mluc" and len(tag) >= 28:
                length, at = (int.from_bytes(tag[i : i + 4], "big") for i in (20, 24))
                return tag[at : at + length].decode("utf-16-be", "replace")[:40]
    return ""


def device_words(device: str, threads: int) -> str:
    """ "CPU, 1 thread" or "GPU"."""
    if device.startswith("cuda"):
        return "GPU"
    count = threads or max(1, processors() - 1)
    return f"CPU, {count} thread" + ("s" if count != 1 else "")
