"""What an open card says of its model: facts, nearest training pictures, how it was made."""

from __future__ import annotations

import math
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPixmap, QResizeEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QWidget

from ganpaint import provenance
from ganpaint.catalogue import Entry
from ganpaint.model_info import ModelInfo
from ganpaint.ui import model_facts
from ganpaint.ui.theme import font, px, set_role, theme, theme_changed
from ganpaint.ui.widgets.nearest_strip import NearestStrip
from ganpaint.ui.widgets.panel import caption, column, icon_button

HEADS = {"": "", "data": "Training pictures", "training": "Training"}


class Recipe(QPlainTextEdit):
    """Words to be read and copied, as high as they need at the width there is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(font("caption"))
        self.setReadOnly(True)
        set_role(self, "field")
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setAccessibleName("How it was made")

    def show_words(self, words: str) -> None:
        """Show a recipe."""
        if words != self.toPlainText():
            self.setPlainText(words)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it is never higher than what is seen: the list scrolls

    def _fit(self) -> None:
        lines = self.document().size().height()  # of a plain text: in lines
        margins = 2 * self.document().documentMargin() + 1  # less, and Qt would scroll by a line
        frame = self.height() - self.viewport().height()
        self.setFixedHeight(
            math.ceil(lines * self.fontMetrics().lineSpacing() + margins) + max(frame, 2)
        )


class ModelDetails(QWidget):
    """See the module's docstring. Parts of which nothing is known are absent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self._info: ModelInfo | None = None
        self.facts = QLabel(self)
        self.facts.setFont(font("caption"))
        self.facts.setWordWrap(True)
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts.setMinimumWidth(1)  # a long file name makes no dock wider
        theme_changed.connect(self._refresh)
        inside = column(self, margin=0, gap=12)
        inside.addWidget(self.facts)
        inside.addWidget(self._build_nearest())
        inside.addWidget(self._build_recipe())

    def _build_nearest(self) -> QWidget:
        self.nearest = QWidget(self)
        self.strip = NearestStrip(self.nearest)
        self.legend = caption("", self.nearest)
        inside = column(self.nearest, margin=0, gap=6)
        inside.addWidget(_head("Nearest training pictures", self.nearest))
        inside.addWidget(self.strip)
        inside.addWidget(self.legend)
        self.nearest.hide()
        return self.nearest

    def _build_recipe(self) -> QWidget:
        self.making = QWidget(self)
        self.recipe = Recipe(self.making)
        self.copy = icon_button("duplicate", "Copy how it was made", self.making, 16)
        self.copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.recipe.toPlainText())
        )
        row = QHBoxLayout()
        row.addWidget(_head("How it was made", self.making), 1)
        row.addWidget(self.copy)
        inside = column(self.making, margin=0, gap=4)
        inside.addLayout(row)
        inside.addWidget(self.recipe)
        self.making.hide()
        return self.making

    def show_model(self, entry: Entry, info: ModelInfo | None) -> None:
        """The facts of a model; without `info` what the catalogue knows."""
        self._entry, self._info = entry, info
        self.copy.setObjectName(f"models.copy.{entry.name}")
        self.recipe.setObjectName(f"models.recipe.{entry.name}")
        words = provenance.recipe(entry.card)
        self.making.setVisible(bool(words))
        self.recipe.show_words(words)
        self._refresh()

    def show_nearest(self, picture: QPixmap | None, among: int = 0) -> None:
        """Samples over their nearest training pictures: the nearest of `among` samples."""
        self.strip.show_picture(picture)
        count = self.strip.columns
        of = f"the {count} of {among} new pictures that come" if among else f"{count} new pictures,"
        self.legend.setText(
            f"Above: {of} nearest to a training picture. Below each: that training picture."
        )
        self.nearest.setVisible(bool(count))

    def _refresh(self) -> None:
        """Labels left, values right, a bold line over each group."""
        if self._entry is None:
            return
        found = model_facts.facts(self._entry, self._info)
        rows, group = [], ""
        for fact in found:
            if fact.group != group:
                group = fact.group
                rows.append(_group_row(HEADS[group]))
            rows.append(_row(fact))
        self.facts.setText(f'<table cellspacing="0" cellpadding="0">{"".join(rows)}</table>')
        self.facts.setAccessibleName(", ".join(f"{f.label}: {f.words}" for f in found))
        self.facts.setToolTip(self._entry.hash)


def _head(words: str, parent: QWidget) -> QLabel:
    label = QLabel(words, parent)
    label.setFont(font("caption", bold=True))
    return label


def _group_row(head: str) -> str:
    return (
        f'<tr><td colspan="2" style="padding-top: {px(8)}px; padding-bottom: {px(4)}px; '
        f'font-weight: 600">{escape(head)}</td></tr>'
    )


def _row(fact: provenance.Fact) -> str:
    words = f"color: {theme().hex('warn')}; " if fact.is_warning else ""
    return (
        f'<tr><td style="color: {theme().hex("text2")}; padding-right: {px(12)}px; '
        f'white-space: nowrap">{escape(fact.label)}</td>'
        f'<td style="{words}padding-bottom: {px(3)}px">{escape(fact.words)}</td></tr>'
    )
