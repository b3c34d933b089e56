"""Export…: file type, quality, name; a crop at 100 % as it will be, and what is kept.

The composite is made once on the file thread while the dialog is already open; each change of
type or quality encodes the crop anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganpaint.document.document import Document
from ganpaint.errors import GanpaintError
from ganpaint.paths import quoted, size_text
from ganpaint.picture.colour import display
from ganpaint.picture.exporters import EXPORTERS, Exporter, encode_preview, exporter_for
from ganpaint.tasks.requests import CompositeRequest
from ganpaint.ui.editor import Editor
from ganpaint.ui.qimage import to_qimage
from ganpaint.ui.theme import GAP, GROUP, RADIUS, font, icon_pixmap, px, set_role, theme
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.segmented import Segmented
from ganpaint.ui.widgets.slider import ValueBar

CROP = 272  # device pixels shown of each crop
QUALITY = 92
ENCODE_AFTER = 80  # milliseconds of rest before the crop is encoded anew


class CropView(QWidget):
    """A piece of a picture, one picture pixel a device pixel; dragging looks elsewhere."""

    dragged = Signal(QPointF)  # by how many device pixels

    def __init__(self, name: str, caption: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(caption)
        self._caption, self._image, self._grip = caption, QImage(), QPointF()
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        side = round(CROP / self.devicePixelRatioF())
        self.setFixedSize(QSize(side, side))

    def show_image(self, image: QImage) -> None:
        """Show a crop; a null image shows that it is on its way."""
        self._image = image
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grip = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.dragged.emit((self._grip - event.position()) * self.devicePixelRatioF())
        self._grip = event.position()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().colour("surround"))
        if self._image.isNull():
            painter.setPen(theme().colour("text2"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Putting it together…")
            return
        image = QImage(self._image)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        size = QSize(image.width(), image.height()) / self.devicePixelRatioF()
        corner = QPointF((self.width() - size.width()) // 2, (self.height() - size.height()) // 2)
        painter.drawImage(corner, image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font("caption", bold=True))
        box = painter.fontMetrics().boundingRect(self._caption)
        chip = QRectF(px(8), px(8), box.width() + px(16), box.height() + px(6))
        painter.setBrush(theme().colour("black", 0.65))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(chip, RADIUS, RADIUS)
        painter.setPen(QPen(theme().colour("white")))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self._caption)


class ExportDialog(QDialog):
    """Chooses; whoever opened it exports.

    Args:
        editor: the open document and the preferences.
        path: a name to begin with; its ending is the type.
    """

    chosen = Signal(object, object)  # Path, options

    def __init__(self, parent: QWidget, editor: Editor, path: Path) -> None:
        super().__init__(parent)
        assert editor.document is not None
        self.setObjectName("export")
        self.setWindowTitle("Export")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._editor = editor
        self._document: Document = editor.document
        self._pixels: NDArray[Any] | None = None
        self._folder = path.parent
        frame = self._document.frame
        self._middle = QPointF(frame.cx, frame.cy)
        self.exporter = self._starting_exporter(path)
        self._soon = QTimer(self, singleShot=True, interval=ENCODE_AFTER)
        self._soon.timeout.connect(self._encode)
        self._build(path)
        self._take_type(self.exporter.name)
        request = CompositeRequest(self._document.photo, self._document.patches)
        self._job = editor.jobs.submit("Putting the picture together", request, tag="preview")
        editor.jobs.ended.connect(self._composited)
        self.export.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def options(self) -> dict[str, Any]:
        """What the exporter is told."""
        options: dict[str, Any] = {}
        if "lossless" in self.exporter.choices:
            options["lossless"] = self.lossless.value() == "lossless"
        if "quality" in self.exporter.choices and not options.get("lossless", False):
            options["quality"] = round(self.quality.amount())
        return options

    @property
    def path(self) -> Path:
        """Where it goes; the ending follows the type."""
        name = self.name.text().strip() or "picture"
        path = Path(name) if Path(name).is_absolute() else self._folder / name
        if path.suffix.lower() not in self.exporter.suffixes:
            known = any(path.suffix.lower() in e.suffixes for e in EXPORTERS)
            stem = path.stem if known else path.name
            path = path.with_name(stem + self.exporter.suffixes[0])
        return path

    # ------------------------------------------------------------------------- building
    def _build(self, path: Path) -> None:
        self.before = CropView("export.before", "Before")
        self.after = CropView("export.after", "After export")
        for view in (self.before, self.after):
            view.dragged.connect(self._look_elsewhere)
        crops = QHBoxLayout()
        crops.setSpacing(GAP)
        crops.addWidget(self.before)
        crops.addWidget(self.after)
        left = QVBoxLayout()
        left.addLayout(crops)
        left.addWidget(_caption("100 %: drag to look elsewhere."))
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(px(10))
        self.type = Segmented([(e.name, e.name) for e in EXPORTERS], "File type")
        self.type.setObjectName("export.type")
        self.type.chosen.connect(self._take_type)
        self.lossless = Segmented([("lossless", "Lossless"), ("lossy", "Smaller")], "Encoding")
        self.lossless.setObjectName("export.lossless")
        self.lossless.chosen.connect(lambda _: self._changed())
        self.quality = ValueBar("Quality", Scale(1, 100, default=QUALITY))
        self.quality.setObjectName("export.quality")
        self.quality.edited.connect(lambda _: self._changed())
        self.quality.committed.connect(lambda _: self._changed())
        self.exact = QLabel()
        self.exact.setObjectName("export.exact")
        self.exact.setFont(font("body", bold=True))
        self.exact.setWordWrap(True)
        self.bytes = QLabel()
        self.bytes.setObjectName("export.size")
        self._kept = QGridLayout()
        self._kept.setHorizontalSpacing(GAP)
        self._kept.setColumnStretch(1, 1)
        for part in (self.type, self.lossless, self.quality, self.exact):
            right.addWidget(part)
        right.addLayout(self._kept)
        right.addWidget(self.bytes)
        right.addStretch(1)
        self._add_name(right, path)
        top = QHBoxLayout()
        top.setSpacing(px(20))
        top.addLayout(left)
        top.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(20), px(20), px(20), px(16))
        layout.setSpacing(GROUP)
        layout.addLayout(top)
        layout.addLayout(self._buttons())
        self.setMinimumWidth(px(920))

    def _add_name(self, column: QVBoxLayout, path: Path) -> None:
        self.name = QLineEdit(path.name)
        self.name.setObjectName("export.name")
        self.name.setAccessibleName("File name")
        self.name.textEdited.connect(lambda _: self._say_where())
        browse = QPushButton("Folder…")
        browse.setObjectName("export.folder")
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(browse)
        self.where = QLabel()
        self.where.setObjectName("export.where")
        self.where.setWordWrap(True)
        self.where.setTextFormat(Qt.TextFormat.PlainText)
        self.copy = QPushButton("Export a copy instead")
        self.copy.setObjectName("export.copy")
        self.copy.setAutoDefault(False)
        set_role(self.copy, "link")
        self.copy.clicked.connect(self._name_a_copy)
        column.addWidget(_caption("Name"))
        column.addLayout(row)
        column.addWidget(self.where)
        column.addWidget(self.copy)

    def _buttons(self) -> QHBoxLayout:
        cancel, self.export = QPushButton("Cancel"), QPushButton("Export")
        cancel.setObjectName("export.cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.export.setObjectName("export.export")
        self.export.setDefault(True)
        set_role(self.export, "primary")
        self.export.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.export)
        return row

    # ------------------------------------------------------------------------- choosing
    @staticmethod
    def _starting_exporter(path: Path) -> Exporter:
        known = any(path.suffix.lower() in e.suffixes for e in EXPORTERS)
        return exporter_for(path) if known else EXPORTERS[0]

    def _take_type(self, name: str) -> None:
        self.exporter = next(e for e in EXPORTERS if e.name == name)
        remembered = self._editor.preferences.export.get(name, {})
        quality = remembered.get("quality", QUALITY)
        self.quality.set_amount(quality if isinstance(quality, int) else QUALITY)
        lossless = remembered.get("lossless", True) is not False
        self.lossless.choose("lossless" if lossless else "lossy")
        self.type.choose(name)
        if Path(self.name.text()).suffix:
            self.name.setText(self.path.name)
        self._changed()

    def _changed(self) -> None:
        exporter, photo = self.exporter, self._document.photo
        lossy = not exporter.lossless(self.options)
        self.lossless.setVisible("lossless" in exporter.choices)
        self.quality.setVisible("quality" in exporter.choices and lossy)
        if lossy:
            self.exact.setText(f"{exporter.name} encodes every pixel anew. PNG or TIFF keep them.")
        elif any(patch.mask is not None for patch in self._document.patches):
            self.exact.setText("Outside the mask: identical.")
        else:
            self.exact.setText("Outside the work frame: identical.")
        while self._kept.count():
            item = self._kept.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        told = exporter.keeps(photo, self.options)
        # what is said of the pixels stands above the list already
        lines = [("check", "ok", line) for line in told.kept if "pixel" not in line]
        lines += [("info", "warn", line) for line in told.lost if "pixel" not in line]
        for row, (sign, tint, line) in enumerate(lines):
            mark, words = QLabel(), _caption(line)
            mark.setPixmap(icon_pixmap(sign, tint, px(16), self.devicePixelRatioF()))
            mark.setAccessibleName("Kept" if sign == "check" else "Not kept")
            self._kept.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
            self._kept.addWidget(words, row, 1)
        self._say_where()
        self._soon.start()

    def _say_where(self) -> None:
        path, source = self.path, self._document.photo.source
        over = source is not None and path.exists() and path.samefile(source)
        if over:
            words = f"{quoted(path)} is the opened photo itself and will be written over."
        elif path.exists():
            words = f"{quoted(path)} is there already and will be replaced."
        else:
            words = f"In {self._folder}"
        self.where.setText(words)
        set_role(self.where, "warn" if path.exists() else "caption")
        self.copy.setVisible(over)
        self.export.setText("Write over the photo" if over else "Export")

    def _name_a_copy(self) -> None:
        path = self.path
        self.name.setText(f"{path.stem}-edited{path.suffix}")
        self._say_where()

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Folder", str(self._folder))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._use_folder)
        dialog.open()

    def _use_folder(self, folder: str) -> None:
        self._folder = Path(folder)
        self._say_where()

    def _choose(self) -> None:
        options = self.options
        export = dict(self._editor.preferences.export) | {self.exporter.name: options}
        self._editor.change_preferences(export=export)
        path = self.path
        self.accept()
        self.chosen.emit(path, options)

    # ------------------------------------------------------------------------- the crop
    def _composited(self, job: Any) -> None:
        if job is not self._job:
            return
        if job.error is not None:
            self.bytes.setText(str(job.error))
        elif job.result is not None:
            self._pixels = job.result
            self._encode()

    def _look_elsewhere(self, by: QPointF) -> None:
        self._middle += by
        self._soon.start()

    def _box(self) -> tuple[int, int, int, int]:
        """What the crops show; begins at multiples of 16, where JPEG's blocks begin."""
        photo = self._document.photo
        width, height = min(CROP, photo.width), min(CROP, photo.height)
        x0 = min(max(round(self._middle.x() - width / 2), 0), photo.width - width) // 16 * 16
        y0 = min(max(round(self._middle.y() - height / 2), 0), photo.height - height) // 16 * 16
        self._middle = QPointF(
            min(max(self._middle.x(), width / 2), photo.width - width / 2),
            min(max(self._middle.y(), height / 2), photo.height - height / 2),
        )
        return x0, y0, x0 + width, y0 + height

    def _encode(self) -> None:
        photo = self._document.photo
        x0, y0, x1, y1 = self._box()
        before = np.ascontiguousarray(photo.pixels[y0:y1, x0:x1])
        self.before.show_image(to_qimage(display(before, photo.mode, photo.icc)))
        if self._pixels is None:
            return
        crop = np.ascontiguousarray(self._pixels[y0:y1, x0:x1])
        try:
            after, count = encode_preview(photo, crop, self.exporter.suffixes[0], self.options)
        except GanpaintError as error:
            self.bytes.setText(str(error))
            return
        mode = ("L", "LA", "RGB", "RGBA")[after.shape[2] - 1]
        profile = photo.icc if (after.shape[2] > 2) == (photo.colours == 3) else None
        self.after.show_image(to_qimage(display(np.ascontiguousarray(after), mode, profile)))
        whole = count * (photo.width * photo.height) / max(1, crop.shape[0] * crop.shape[1])
        self.bytes.setText(f"About {size_text(whole)}")


def _caption(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(font("body"))
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_role(label, "caption")
    return label
