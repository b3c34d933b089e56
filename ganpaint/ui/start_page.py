"""The first page: open, sample, guided edit, paint from nothing; recent files; links.

It needs neither torch nor a model and is complete at the first paint.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ganpaint.paths import resource
from ganpaint.ui.recent import RecentFile, recent_files
from ganpaint.ui.theme import (
    CARD_GAP,
    PADDING,
    RADIUS,
    RADIUS_CARD,
    font,
    icon_pixmap,
    px,
    set_role,
    theme,
    theme_changed,
)

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

CARD = QSize(230, 226)
NARROWEST = 180  # a card in a small window
MARGIN = 24
SAMPLE = "chelsea.png"
SHOWN = 4  # recent files on the page; the menu has all


def sample_path() -> Path:
    """The photo of the cat Chelsea."""
    return resource("photos", SAMPLE)


class Card(QAbstractButton):
    """A large button: a picture, a title, a line below."""

    def __init__(self, name: str, title: str, line: str, picture: QImage | None) -> None:
        super().__init__()
        self.setObjectName(f"start.{name}")
        self.setText(title)
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)
        self._line, self._picture = line, picture
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(px(CARD.width()), px(CARD.height()))
        theme_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        marked = self.hasFocus() or self.underMouse()
        painter.setBrush(colours.colour("selected" if self.isDown() else "panel"))
        pen = QPen(colours.colour("accent"), 2) if marked else QPen(colours.colour("line"), 1)
        painter.setPen(pen)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)
        area = QRectF(px(10), px(10), self.width() - 2 * px(10), self.height() - px(66))
        self._paint_picture(painter, area)
        painter.setPen(colours.colour("text"))
        painter.setFont(font("pill", bold=True))
        top = round(area.bottom()) + px(8)
        width = round(area.width())
        line_height = painter.fontMetrics().height()
        title = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(px(10), top, width, line_height), 0, title)
        painter.setPen(colours.colour("text2"))
        painter.setFont(font("caption"))
        words = painter.fontMetrics().elidedText(self._line, Qt.TextElideMode.ElideRight, width)
        below = QRect(px(10), top + line_height + px(3), width, line_height)
        painter.drawText(below, 0, words)

    def _paint_picture(self, painter: QPainter, area: QRectF) -> None:
        shape = QPainterPath()
        shape.addRoundedRect(area, RADIUS, RADIUS)
        painter.fillPath(shape, theme().colour("field"))
        if self._picture is None:
            side = px(40)
            corner = area.center() - QPointF(side / 2, side / 2)
            ratio = self.devicePixelRatioF()
            painter.drawPixmap(corner, icon_pixmap("folder", "accent", side, ratio))
            return
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(area, self._picture, filling(self._picture, area))
        painter.restore()


def filling(picture: QImage, area: QRectF) -> QRectF:
    """The middle part of a picture that has the shape of an area."""
    scale = max(area.width() / picture.width(), area.height() / picture.height())
    width, height = area.width() / scale, area.height() / scale
    return QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)


def guided_picture(sample: QImage) -> QImage:
    """The sample's face with a painted blaze."""
    face = sample.copy(QRect(105, 30, 245, 180)).convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(face)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor.fromRgbF(0.95, 0.92, 0.90, 0.85), 17)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    line = QPainterPath(QPointF(124, -10))
    line.cubicTo(QPointF(122, 30), QPointF(128, 60), QPointF(138, 112))
    painter.drawPath(line)
    painter.end()
    return face


def nothing_picture() -> QImage:
    """Rough strokes on an empty canvas: a cat before the model has seen it."""
    image = QImage(210, 160, QImage.Format.Format_RGB32)
    image.fill(QColor.fromRgbF(0.5, 0.5, 0.5))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ginger, white, dark, pink = (
        QColor.fromRgbF(*c)
        for c in ((0.79, 0.47, 0.2), (0.95, 0.92, 0.9), (0.12, 0.12, 0.13), (0.8, 0.5, 0.48))
    )
    strokes: tuple[tuple[QColor, int, tuple[tuple[int, int], ...]], ...] = (
        (ginger, 46, ((75, 82), (105, 70), (136, 82), (132, 106), (105, 116), (78, 106))),
        (ginger, 20, ((64, 66), (62, 40), (80, 56))),
        (ginger, 20, ((146, 66), (148, 40), (130, 56))),
        (white, 15, ((105, 52), (104, 74), (105, 94))),
        (white, 18, ((88, 118), (105, 124), (122, 118))),
        (dark, 13, ((81, 82), (84, 84))),
        (dark, 13, ((126, 84), (129, 82))),
        (pink, 10, ((102, 103), (108, 103))),
    )
    for colour, width, points in strokes:
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline([QPoint(*point) for point in points])
    painter.end()
    return image


class RecentRow(QWidget):
    """One recent file: picture, name, facts, Open (or Remove, where it is gone)."""

    clicked = Signal(object)  # Path
    removed = Signal(object)  # Path

    def __init__(self, file: RecentFile, number: int) -> None:
        super().__init__()
        self.setObjectName(f"start.recent.{number}.row")
        picture, name, facts = QLabel(), QLabel(file.path.name), QLabel(file.facts)
        picture.setFixedSize(px(40), px(40))
        if file.picture is not None:
            shown = file.picture.scaled(
                picture.size() * self.devicePixelRatioF(),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            side = min(shown.width(), shown.height())
            corner = QPoint((shown.width() - side) // 2, (shown.height() - side) // 2)
            pixmap = QPixmap.fromImage(shown.copy(QRect(corner, QSize(side, side))))
            pixmap.setDevicePixelRatio(self.devicePixelRatioF())
            picture.setPixmap(pixmap)
        else:
            picture.setPixmap(icon_pixmap("photo", "text2", px(24), self.devicePixelRatioF()))
            picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for label in (name, facts):
            label.setTextFormat(Qt.TextFormat.PlainText)
        name.setFont(font("pill"))
        facts.setFont(font("caption"))
        set_role(facts, "caption")
        if not file.there:
            set_role(name, "off")
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addStretch(1)
        words.addWidget(name)
        words.addWidget(facts)
        words.addStretch(1)
        button = QPushButton("Open" if file.there else "Remove")
        button.setObjectName(f"start.recent.{number}")
        button.setAccessibleName(f"{button.text()} {file.path.name}")
        button.setToolTip(str(file.path))
        signal = self.clicked if file.there else self.removed
        button.clicked.connect(lambda: signal.emit(file.path))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(8), px(4), px(8), px(4))
        layout.setSpacing(PADDING)
        layout.addWidget(picture)
        layout.addLayout(words, 1)
        layout.addWidget(button)


class StartPage(QScrollArea):
    """The whole page. Its signals say what was chosen; commands/file does it."""

    openClicked = Signal()
    sampleClicked = Signal()
    guidedClicked = Signal()
    nothingClicked = Signal()
    fileClicked = Signal(object)  # Path
    linkClicked = Signal(str)  # models, help, keys, theme

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.setObjectName("startPage")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        set_role(page, "page")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(page)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        outer = QVBoxLayout(page)
        outer.setContentsMargins(px(MARGIN), px(MARGIN), px(MARGIN), px(MARGIN))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addLayout(self._column)
        row.addStretch(1)
        outer.addStretch(2)
        outer.addLayout(row)
        outer.addStretch(3)
        self._add_head()
        self._add_cards()
        self._recent = QVBoxLayout()
        self._recent.setSpacing(px(8))
        self._column.addLayout(self._recent)
        self._add_links()
        theme_changed.connect(self._theme_changed)
        self.refresh()

    def _add_head(self) -> None:
        title = QLabel("Paint with a model that knows what it paints")
        title.setFont(font("title"))
        line = QLabel(
            "Open a photo, paint rough strokes, and the generator makes them real. "
            "Everything runs on this computer."
        )
        line.setFont(font("head"))
        font_line = line.font()
        font_line.setWeight(font_line.Weight.Normal)
        line.setFont(font_line)
        set_role(line, "caption")
        self._column.addWidget(title)
        self._column.addSpacing(px(14))
        self._column.addWidget(line)
        self._column.addSpacing(px(20))

    def _add_cards(self) -> None:
        sample = QImage(str(sample_path()))
        self._cards: list[Card] = []
        row = QHBoxLayout()
        row.setSpacing(CARD_GAP)
        for name, title, line, picture, signal in (
            ("open", "Open a photo…", "Ctrl+O, or drop it anywhere", None, self.openClicked),
            (
                "sample",
                "Sample: the cat Chelsea",
                f"CC0 photo, {sample.width()} × {sample.height()}",
                sample,
                self.sampleClicked,
            ),
            (
                "guided",
                "Guided first edit",
                "2 minutes: project, paint, swap",
                guided_picture(sample),
                self.guidedClicked,
            ),
            (
                "nothing",
                "Paint from nothing",
                "Scribble, then choose one of 16",
                nothing_picture(),
                self.nothingClicked,
            ),
        ):
            card = Card(name, title, line, picture)
            card.clicked.connect(signal)
            self._cards.append(card)
            row.addWidget(card)
        self._column.addLayout(row)
        self._column.addSpacing(px(24))

    def _add_links(self) -> None:
        self._column.addSpacing(px(20))
        row = QHBoxLayout()
        row.setSpacing(px(28))
        self._links: dict[str, QPushButton] = {}
        for name, text in (
            ("models", "Models"),
            ("help", "What can it do?"),
            ("keys", "Keyboard map"),
            ("theme", ""),
        ):
            link = QPushButton(text)
            link.setObjectName(f"start.link.{name}")
            set_role(link, "link")
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            link.clicked.connect(lambda _=False, name=name: self.linkClicked.emit(name))
            self._links[name] = link
            row.addWidget(link)
            if name == "models":
                row.addStretch(1)
        self._column.addLayout(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cards grow narrower where the window is."""
        super().resizeEvent(event)
        room = self.viewport().width() - 2 * px(MARGIN) - (len(self._cards) - 1) * CARD_GAP
        for card in self._cards:
            card.setFixedWidth(max(px(NARROWEST), min(px(CARD.width()), room // len(self._cards))))

    def _theme_changed(self) -> None:
        dark = theme().is_dark
        self._links["theme"].setText("Light theme" if dark else "Dark theme")
        self._links["theme"].setAccessibleName(self._links["theme"].text())

    def refresh(self) -> None:
        """Fill in recent files and models."""
        while self._recent.count():
            item = self._recent.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        files = [] if self.editor.preferences.private else recent_files(self.editor.preferences)
        if files:
            head = QLabel("Recent")
            head.setFont(font("head"))
            self._recent.addWidget(head)
        for number, file in enumerate(files[:SHOWN]):
            row = RecentRow(file, number)
            row.clicked.connect(self.fileClicked)
            row.removed.connect(self._remove)
            self._recent.addWidget(row)
        names = [entry.name for entry in self.editor.catalogue.entries][:4]
        words = f"Models: {', '.join(names)} · add your own…" if names else "Add a model…"
        self._links["models"].setText(words)
        self._links["models"].setAccessibleName(words)
        self._theme_changed()

    def _remove(self, path: Path) -> None:
        files = self.editor.preferences.without_recent_file(path).recent_files
        self.editor.change_preferences(recent_files=files)
        self.refresh()
