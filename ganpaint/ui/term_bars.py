"""The losses and regularisers of a projection: weights as value bars, live shares below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ganpaint.model_info import ModelInfo
from ganpaint.ui.projection_settings import ProjectionSettings
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import column, retire
from ganpaint.ui.widgets.slider import ValueBar

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

WEIGHT = Scale(0, 100, 0, step=0.1, decimals=2, soft=(0, 10))
SMALL = Scale(0, 1, 0, step=0.001, decimals=4, soft=(0, 0.05))
# before a model is loaded there are no offers to name these
TITLES = {"logcosh": "Log-cosh", "lpips": "LPIPS", "laplacian": "Laplacian", "l1": "L1", "l2": "L2"}
REGULARISERS = (
    ("prior", "Prior", "Keeps the code among those the model knows (P-norm)."),
    ("spread", "Spread", "Keeps the layers' codes of w+ together."),
)
NO_LAYERS = "Only codes of w+ have layers to keep together."


class TermBars(QWidget):
    """One bar a loss that the model offers, then the regularisers."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._bars: dict[str, ValueBar] = {}
        self._column = column(self, margin=0, gap=6)
        self.show_model(None)

    def show_model(self, info: ModelInfo | None) -> None:
        """The losses a model offers; those that are not available say why."""
        for bar in self._bars.values():
            self._column.removeWidget(bar)
            retire(bar)
        self._bars.clear()
        if info is not None and info.offered("loss"):
            for offer in info.offered("loss"):
                bar = self._bar(offer.name, offer.title, WEIGHT)
                bar.setEnabled(offer.available)
                bar.setToolTip(offer.sentence if offer.available else offer.reason)
        else:
            for name, title in TITLES.items():
                self._bar(name, title, WEIGHT)
        for name, title, sentence in REGULARISERS:
            self._bar(name, title, SMALL).setToolTip(sentence)
        self.show_settings(self._editor.projection)

    def show_space(self, space: str) -> None:
        """The spread is that of the layers of w+; other spaces have but one code."""
        bar, there = self._bars["spread"], space == "w+"
        bar.setEnabled(there)
        bar.setToolTip(dict((n, s) for n, _, s in REGULARISERS)["spread"] if there else NO_LAYERS)

    def stops(self) -> list[QWidget]:
        """What Tab stops at, in order."""
        return list(self._bars.values())

    def _bar(self, name: str, title: str, scale: Scale) -> ValueBar:
        bar = ValueBar(title, scale, self)
        bar.setObjectName(f"projection.term.{name}")
        bar.committed.connect(lambda value: self._weighted(name, value))
        self._bars[name] = bar
        self._column.addWidget(bar)
        bar.show()
        return bar

    def _weighted(self, name: str, value: float) -> None:
        settings = self._editor.projection
        if name in (n for n, _, _ in REGULARISERS):
            weights = dict(settings.regularisers) | {name: value}
            made = settings.changed(regularisers=tuple(weights.items()))
        else:
            made = settings.with_weight(name, value)
        self._editor.set_projection(made)

    def show_settings(self, settings: ProjectionSettings) -> None:
        """The weights chosen."""
        weights = dict(settings.regularisers) | dict(settings.terms)
        for name, bar in self._bars.items():
            bar.set_amount(weights.get(name, 0.0))

    def show_shares(self, shares: dict[str, float]) -> None:
        """Each term's share of the loss, 0…1; {} takes the thin bars away."""
        for name, bar in self._bars.items():
            bar.set_share(shares.get(name, 0.0) if shares and bar.amount() > 0 else None)
