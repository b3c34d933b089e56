"""Shares that sum to 100 %: one value bar each, with a button to take it out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganpaint.ui.theme import px
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import icon_button, retire
from ganpaint.ui.widgets.slider import ValueBar

PERCENT = Scale(0, 100, 50, step=1, unit="%")

Shares = dict[int, float]


def with_share(shares: Shares, index: int, share: float) -> Shares:
    """The mix with one share set; the others shrink or grow in proportion, the total is 1."""
    share = min(max(share, 0.0), 1.0)
    others = {k: v for k, v in shares.items() if k != index}
    if not others:
        return {index: 1.0}
    total, rest = sum(others.values()), 1.0 - share
    if total <= 0:
        made = {k: rest / len(others) for k in others}
    else:
        made = {k: v * rest / total for k, v in others.items()}
    made[index] = share
    scale = sum(made.values())
    return {k: made[k] / scale for k in shares | {index: 0.0}}


def without(shares: Shares, index: int) -> Shares:
    """The mix with one taken out; the last one stays."""
    rest = {k: v for k, v in shares.items() if k != index}
    total = sum(rest.values())
    if not rest:
        return dict(shares)
    return {k: v / total if total > 0 else 1 / len(rest) for k, v in rest.items()}


class MixBars(QWidget):
    """The bars; `edited` while a share is dragged, `committed` at the end, with all shares."""

    edited = Signal(object)
    committed = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """`name`: the bars are called NAME.INDEX."""
        super().__init__(parent)
        self.setObjectName(name)
        self._shares: Shares = {}
        self._bars: dict[int, ValueBar] = {}
        self._rows: dict[int, QWidget] = {}
        self._removes: dict[int, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(8))

    @property
    def is_held(self) -> bool:
        """Whether a share is being dragged or typed."""
        return any(bar.is_held() for bar in self._bars.values())

    def stops(self) -> list[QWidget]:
        """What Tab stops at, in order."""
        return [part for k in self._bars for part in (self._bars[k], self._removes[k])]

    def show_shares(self, shares: Shares, names: dict[int, str]) -> None:
        """Show a mix; left alone while the person holds a bar."""
        if self.is_held:
            return
        self._shares = dict(shares)
        if list(self._bars) != list(shares):
            for row in self._rows.values():
                self._column.removeWidget(row)
                retire(row)
            self._bars.clear()
            self._rows.clear()
            for index in shares:
                self._add(index, names[index])
        for index, bar in self._bars.items():
            bar.set_amount(100 * shares[index])

    def _add(self, index: int, name: str) -> None:
        row = QWidget(self)
        bar = ValueBar(name, PERCENT, row)
        bar.setObjectName(f"{self.objectName()}.{index}")
        bar.edited.connect(lambda value: self._moved(index, value))
        bar.committed.connect(lambda value: self._moved(index, value, end=True))
        remove = icon_button("close", f"Take {name} out of the mix", row, 14)
        remove.setObjectName(f"{self.objectName()}.{index}.remove")
        remove.clicked.connect(lambda: self.committed.emit(without(self._shares, index)))
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(px(4))
        line.addWidget(bar, 1)
        line.addWidget(remove)
        self._bars[index], self._rows[index], self._removes[index] = bar, row, remove
        self._column.addWidget(row)
        row.show()

    def _moved(self, index: int, percent: float, *, end: bool = False) -> None:
        shares = with_share(self._shares, index, percent / 100)
        for other, bar in self._bars.items():
            if other != index:
                bar.set_amount(100 * shares[other])
        (self.committed if end else self.edited).emit(shares)
