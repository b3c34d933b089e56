"""Help in a window of its own: local pages with pictures; no browser, no network.

The pages are Markdown in resources/guide; links between them stay inside this window.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QWidget,
)

from ganpaint.paths import resource
from ganpaint.ui.theme import PADDING, font, px, set_role, theme, theme_changed

# file → title in the list
PAGES: tuple[tuple[str, str], ...] = (
    ("start.md", "What can it do?"),
    ("first-edit.md", "Your first edit"),
    ("paint.md", "Painting strokes"),
    ("frame.md", "Work frame and mask"),
    ("project.md", "Projecting a photo"),
    ("class.md", "Classes and sliders"),
    ("files.md", "Opening, saving, exporting"),
    ("models.md", "Models"),
    ("train.md", "A model of your own"),
    ("trouble.md", "When something is odd"),
)

PAGE = Qt.ItemDataRole.UserRole
PICTURE = "\ufffc"  # what stands for a picture in a block's text


def page_path(name: str) -> Path:
    """Where a page lies."""
    return resource("guide", name)


class Pages(QTextBrowser):
    """A browser whose pictures are never wider than the text."""

    def __init__(self) -> None:
        super().__init__()
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        found = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return found
        url = self.source().resolved(QUrl(name))
        return fitting(QImage(url.toLocalFile()), self.text_width(), self.devicePixelRatioF())

    def text_width(self) -> int:
        """Pixels from margin to margin, beside the scroll bar that a longer page has."""
        bar = self.verticalScrollBar().sizeHint().width()
        margin = self.frameWidth() + round(self.document().documentMargin())
        return self.width() - bar - 2 * margin


def fitting(picture: QImage, width: int, ratio: float) -> QImage:
    """A picture at its size, or smaller to fit a width; sharp on fine screens."""
    wide = round(width * ratio)
    if picture.isNull() or width <= 0 or picture.width() <= wide:
        return picture
    made = picture.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
    made.setDevicePixelRatio(ratio)
    return made


class HelpWindow(QDialog):
    """A list of pages and the page itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setWindowTitle("ganpaint help")
        self.resize(px(980), px(680))
        self.pages = QListWidget()
        self.pages.setObjectName("help.pages")
        self.pages.setAccessibleName("Pages")
        self.pages.setFixedWidth(px(240))
        for name, title in PAGES:
            item = QListWidgetItem(title)
            item.setData(PAGE, name)
            item.setSizeHint(QSize(0, px(32)))
            self.pages.addItem(item)
        self.browser = Pages()
        self.browser.setObjectName("help.browser")
        self.browser.setAccessibleName("Page")
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        self.browser.document().setDocumentMargin(px(24))
        self.browser.setFont(font("pill"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, 0, 0)
        layout.addWidget(self.pages)
        layout.addWidget(self.browser, 1)
        self.pages.currentItemChanged.connect(self._show_current)
        QShortcut(QKeySequence("Alt+Left"), self, self.browser.backward)
        self._width = 0  # that the pictures were fitted to
        self._fit = QTimer(self, singleShot=True, interval=100)
        self._fit.timeout.connect(self._restyle)
        set_role(self, "panel")
        theme_changed.connect(self._restyle)
        self.show_page(PAGES[0][0])

    def show_page(self, name: str) -> None:
        """Show a page by its file's name."""
        for row in range(self.pages.count()):
            item = self.pages.item(row)
            if item is not None and item.data(PAGE) == name:
                self.pages.setCurrentRow(row)
                return

    def _show_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._style()
            url = QUrl.fromLocalFile(str(page_path(item.data(PAGE))))
            self.browser.setSource(url, QTextDocument.ResourceType.MarkdownResource)
            self._set_type()

    def _follow(self, url: QUrl) -> None:
        """Links lead to other pages only."""
        self.show_page(Path(url.path()).name)

    def _style(self) -> None:
        colours = theme()
        self.browser.document().setDefaultStyleSheet(
            f"a {{ color: {colours.hex('accent')}; }} body {{ color: {colours.hex('text')}; }}"
        )

    def _set_type(self) -> None:
        """Air between paragraphs and lines: Markdown brings none."""
        cursor = QTextCursor(self.browser.document())
        block = self.browser.document().begin()
        while block.isValid():
            cursor.setPosition(block.position())
            layout = block.blockFormat()
            heading = layout.headingLevel() > 0
            layout.setTopMargin(px(16) if heading else 0)
            inside = block.textList() is not None and block.next().textList() is not None
            layout.setBottomMargin(px(4) if inside else px(10))
            if PICTURE not in block.text():  # else the air would be a share of the picture
                layout.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
            cursor.setBlockFormat(layout)
            block = block.next()

    def _restyle(self) -> None:
        place = self.browser.verticalScrollBar().value()
        self._style()
        self.browser.reload()
        self._set_type()
        self._width = self.browser.text_width()
        self.browser.verticalScrollBar().setValue(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.browser.text_width() != self._width:
            self._fit.start()
