"""Move, turn and scale what the model paints inside its picture; only StyleGAN3 can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from ganpaint.document.document import Look
from ganpaint.model_info import Capability
from ganpaint.ui.commands import paint
from ganpaint.ui.theme import PADDING, px
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import caption, column, icon_button
from ganpaint.ui.widgets.slider import ValueBar

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

NONE = Look().placement
MOVE = Scale(-100, 100, 0, step=1, unit="%", soft=(-50, 50), signed=True)
TURN = Scale(-180, 180, 0, step=1, unit="°", signed=True)
SIZE = Scale(25, 400, 100, step=1, unit="%", soft=(50, 200))
# name, label, scale, name of the undo step, tip; in the order of Look.placement
BARS: tuple[tuple[str, str, Scale, str, str], ...] = (
    ("right", "Right", MOVE, "Move", "Of the picture's width; negative is to the left"),
    ("down", "Down", MOVE, "Move", "Of the picture's width; negative is upwards"),
    ("turn", "Turn", TURN, "Turn", "Clockwise, about the middle of the picture"),
    ("size", "Size", SIZE, "Size", "About the middle of the picture; large changes look odd"),
)


class PlacementBars(QWidget):
    """Four value bars and a reset; hidden for models that cannot do it."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latent.placement")
        self._editor = editor
        self.bars: list[ValueBar] = []
        self.reset = icon_button("reset", "As the code has it", self)
        self.reset.setObjectName("latent.placement.reset")
        self.reset.clicked.connect(self._reset)
        head = QHBoxLayout()
        head.addWidget(caption("Placement inside the picture", self), 1)
        head.addWidget(self.reset)
        grid = QGridLayout()
        grid.setSpacing(px(8))
        for at, (name, label, scale, step, tip) in enumerate(BARS):
            bar = ValueBar(label, scale, self)
            bar.setObjectName(f"latent.placement.{name}")
            bar.setToolTip(tip)
            bar.edited.connect(lambda value, at=at: self._wish(at, value, ""))
            bar.committed.connect(lambda value, at=at, step=step: self._wish(at, value, step))
            grid.addWidget(bar, at // 2, at % 2)
            self.bars.append(bar)
        inside = column(self, margin=0, gap=4, right=PADDING)
        inside.addLayout(head)
        inside.addLayout(grid)
        editor.modelChanged.connect(self.show_model)
        self.show_model(editor.model)

    @Slot(object)
    def show_model(self, info: Any) -> None:
        """There is nothing to see where the model's family cannot do it."""
        self.setVisible(info is not None and info.can(Capability.USER_TRANSFORM))

    def show_look(self, look: Look) -> None:
        """The values of a look."""
        for bar, value in zip(self.bars, shown(look.placement), strict=True):
            bar.set_amount(value)
        self.reset.setEnabled(look.placement != NONE)

    def _wish(self, at: int, value: float, name: str) -> None:
        look = paint.current_look(self._editor)
        values = list(shown(look.placement))
        values[at] = value
        changed = replace(look, placement=meant(values))
        if name:
            paint.commit_look(self._editor, name, changed)
        else:
            paint.preview_look(self._editor, changed)

    @Slot()
    def _reset(self) -> None:
        look = paint.current_look(self._editor)
        paint.commit_look(self._editor, "Reset placement", replace(look, placement=NONE))


def shown(placement: tuple[float, float, float, float]) -> tuple[float, ...]:
    """What the bars show: percent, percent, degrees, percent."""
    right, down, turn, size = placement
    return 100 * right, 100 * down, turn, 100 * size


def meant(values: list[float]) -> tuple[float, float, float, float]:
    """What the bars mean; whole per cents stay exact."""
    right, down, turn, size = values
    return right / 100, down / 100, float(turn), size / 100
