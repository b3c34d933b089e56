"""The keyboard map: every action that has a key, by menu, made from the table of actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ganpaint.ui.theme import PADDING, font, px, set_role

if TYPE_CHECKING:
    from ganpaint.ui.actions import Action

Sections = list[tuple[str, list[tuple[str, str]]]]

COLUMNS = 3
DIGITS = "options.opacity."


def shown_keys(keys: tuple[str, ...]) -> str:
    """Keys as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys)


def plain(text: str) -> str:
    """A menu text without its mnemonic."""
    return text.replace("&", "").rstrip("…")


def sections(actions: Iterable[Action], held: Iterable[tuple[str, str]]) -> Sections:
    """(title, [(keys, what they do)]) in the order shown; `held` are keys of the canvas itself."""
    found: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        if action.id.startswith(DIGITS):
            if action.keys == ("1",):  # a digit each: one line for all
                found.setdefault(_section(action), []).append(("1…9, 0", "Opacity 10…90, 100 %"))
        elif action.keys:
            found.setdefault(_section(action), []).append(
                (shown_keys(action.keys), plain(action.text))
            )
    found["On the canvas"] = list(held)
    return list(found.items())


def _section(action: Action) -> str:
    if action.menu.endswith("Tool"):
        return "Tools"
    if action.id.startswith("options."):
        return "Brush"
    return action.menu.split("/")[0] or "Edit"


class KeysWindow(QDialog):
    """All keys in three columns, with a filter."""

    def __init__(self, parent: QWidget | None, shown: Sections) -> None:
        super().__init__(parent)
        self.setObjectName("keys")
        self.setWindowTitle("Keyboard map")
        self.resize(px(1040), px(680))
        set_role(self, "panel")
        self.filter = QLineEdit()
        self.filter.setObjectName("keys.filter")
        self.filter.setPlaceholderText("Filter by key or word")
        self.filter.setAccessibleName("Filter")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._apply)
        page = QWidget()
        set_role(page, "panel")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        columns = QHBoxLayout(page)
        columns.setSpacing(px(32))
        self._rows: list[tuple[str, list[QLabel]]] = []
        self._heads: list[tuple[QLabel, list[int]]] = []
        parts = [QVBoxLayout() for _ in range(COLUMNS)]
        for part in parts:
            part.setSpacing(px(8))  # else that between the columns
        heights = [0] * COLUMNS
        for title, lines in shown:
            at = heights.index(min(heights))
            heights[at] += len(lines) + 2
            self._add(parts[at], title, lines)
        for part in parts:
            part.addStretch(1)
            columns.addLayout(part, 1)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PADDING, PADDING, PADDING, PADDING)
        layout.addWidget(self.filter)
        layout.addWidget(scroll, 1)

    def _add(self, column: QVBoxLayout, title: str, lines: list[tuple[str, str]]) -> None:
        head = QLabel(title)
        head.setFont(font("head"))
        column.addWidget(head)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(6))
        grid.setColumnMinimumWidth(0, px(120))
        rows: list[int] = []
        for row, (keys, words) in enumerate(lines):
            key, what = QLabel(keys), QLabel(words)
            key.setFont(font(bold=True))
            for label in (key, what):
                label.setTextFormat(Qt.TextFormat.PlainText)
            what.setWordWrap(True)
            set_role(what, "caption")
            grid.addWidget(key, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(what, row, 1, Qt.AlignmentFlag.AlignTop)
            rows.append(len(self._rows))
            self._rows.append((f"{keys} {words}".lower(), [key, what]))
        self._heads.append((head, rows))
        column.addLayout(grid)
        column.addSpacing(px(16))

    def _apply(self, text: str) -> None:
        wanted = text.lower().split()
        shown = []
        for words, labels in self._rows:
            visible = all(part in words for part in wanted)
            shown.append(visible)
            for label in labels:
                label.setVisible(visible)
        for head, rows in self._heads:
            head.setVisible(any(shown[row] for row in rows))
