"""Help in a window of its own: local pages with pictures; no browser, no network.

The pages are Markdown in resources/guide; links between them stay inside this window.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QKeySequence, QShortcut, QTextDocument
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
    ("trouble.md", "When something is odd"),
)


def page_path(name: str) -> Path:
    """Where a page lies."""
    return resource("guide", name)


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
            item.setToolTip("")
            item.setData(256, name)
            self.pages.addItem(item)
        self.browser = QTextBrowser()
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
        set_role(self, "panel")
        theme_changed.connect(self._restyle)
        self.show_page(PAGES[0][0])

    def show_page(self, name: str) -> None:
        """Show a page by its file's name."""
        for row in range(self.pages.count()):
            item = self.pages.item(row)
            if item is not None and item.data(256) == name:
                self.pages.setCurrentRow(row)
                return

    def _show_current(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._style()
            url = QUrl.fromLocalFile(str(page_path(item.data(256))))
            self.browser.setSource(url, QTextDocument.ResourceType.MarkdownResource)

    def _follow(self, url: QUrl) -> None:
        """Links lead to other pages only."""
        self.show_page(Path(url.path()).name)

    def _style(self) -> None:
        colours = theme()
        self.browser.document().setDefaultStyleSheet(
            f"a {{ color: {colours.hex('accent')}; }} body {{ color: {colours.hex('text')}; }}"
        )

    def _restyle(self) -> None:
        self._style()
        self.browser.reload()
