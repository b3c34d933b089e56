"""The samples on a model's card: sixteen of all classes, or of the one that is chosen."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from ganpaint.ui.class_tiles import shown_name
from ganpaint.ui.theme import RADIUS, font, icon_pixmap, px, theme, theme_changed
from ganpaint.ui.widgets.panel import column

HELD = 24  # sheets of classes; more come from the disk
FADED = 0.35  # what is shown until another sheet has been painted


class Sheet(QWidget):
    """Sixteen samples as large as the card is wide."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.picture: QPixmap | None = None
        self.is_waiting = False
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_changed.connect(self.update)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return width

    def sizeHint(self) -> QSize:
        return QSize(px(240), px(240))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = float(min(self.width(), self.height()))
        place = QRectF((self.width() - side) / 2, 0, side, side)
        paint_sheet(painter, place, self.picture, FADED if self.is_waiting else 1.0)


def paint_sheet(
    painter: QPainter, tile: QRectF, picture: QPixmap | None, opacity: float = 1.0
) -> None:
    """A sheet with round corners; grey where there is none yet."""
    shape = QPainterPath()
    shape.addRoundedRect(tile, RADIUS, RADIUS)
    painter.fillPath(shape, theme().colour("control"))
    if picture is None:
        side = px(20)
        sign = icon_pixmap("cube", "off", side, painter.device().devicePixelRatioF())
        painter.drawPixmap(tile.center() - QRectF(0, 0, side, side).center(), sign)
        return
    painter.save()
    painter.setClipPath(shape)
    painter.setOpacity(opacity)
    painter.drawPixmap(tile, picture, QRectF(picture.rect()))
    painter.restore()


class ClassChooser(QComboBox):
    """All classes, or one. The wheel scrolls the list of models, whatever lies under it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(font())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )  # a long name makes no dock wider
        self.setMinimumContentsLength(8)
        self.setMaxVisibleItems(12)
        self.setToolTip("Show samples of one class")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class ModelSamples(QWidget):
    """A chooser of classes over the sheet; tells when a sheet is wanted that is not here."""

    wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._all: QPixmap | None = None
        self._sheets: OrderedDict[int, QPixmap] = OrderedDict()
        self.chooser = ClassChooser(self)
        self.sheet = Sheet(self)
        inside = column(self, margin=0)
        inside.addWidget(self.chooser)
        inside.addWidget(self.sheet)
        self.chooser.hide()
        self.chooser.activated.connect(self._choose)

    def show_names(self, names: tuple[str, ...]) -> None:
        """What the classes are called; no chooser where there is nothing to choose."""
        names = names if len(names) > 1 else ()
        if names == self._names:
            return
        kept = self.chosen if len(names) == len(self._names) else None
        self._names = names
        self.chooser.clear()
        if names:
            self.chooser.addItems(["All classes", *map(shown_name, names)])
            self.chooser.setCurrentIndex(0 if kept is None else kept + 1)
        self.chooser.setVisible(bool(names))
        self._refresh()

    def show_all(self, picture: QPixmap | None) -> None:
        """The sheet of all classes."""
        self._all = picture
        self._refresh()

    def show_class(self, k: int, picture: QPixmap) -> None:
        """The sheet of one class has arrived; it is shown if it is still the one chosen."""
        self._sheets[k] = picture
        if len(self._sheets) > HELD:
            self._sheets.popitem(last=False)
        self._refresh()

    def forget(self) -> None:
        """Another model is in its place now."""
        self._all = None
        self._sheets.clear()
        self.chooser.setCurrentIndex(min(0, self.chooser.count() - 1))
        self.sheet.picture = None
        self._refresh()

    @property
    def chosen(self) -> int | None:
        """The class to show; None for all."""
        index = self.chooser.currentIndex()
        return index - 1 if index > 0 else None

    @property
    def missing(self) -> int | None:
        """The chosen class, if its sheet is not here yet."""
        return None if self.chosen in self._sheets else self.chosen

    def _choose(self) -> None:
        self._refresh()
        if self.missing is not None:
            self.wanted.emit()

    def _refresh(self) -> None:
        k = self.chosen
        picture = self._all if k is None else self._sheets.get(k)
        self.sheet.is_waiting = picture is None and k is not None
        if not self.sheet.is_waiting:
            self.sheet.picture = picture
        self.sheet.update()
