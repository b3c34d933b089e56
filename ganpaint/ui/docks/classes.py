"""The Class dock: a picture for every class, to carry the picture over to it or to mix two.

A click swaps and keeps the pose, Ctrl+click mixes; before there is a picture both choose the
classes of the next projection or sample.
"""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ganpaint.model_info import Capability
from ganpaint.ui.asking import current_edit
from ganpaint.ui.class_tiles import ClassTiles, shown_name
from ganpaint.ui.commands import paint
from ganpaint.ui.models_menu import models_menu
from ganpaint.ui.theme import PADDING, font, px, set_role
from ganpaint.ui.widgets.mix import MixBars, Shares, with_share, without
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import caption, chain, column, empty_state, icon_button, link
from ganpaint.ui.widgets.slider import ValueBar

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

MOST_MIXED = 2
LEAST_SHOWN = 0.05  # shares below this get no ring
LOW = 400  # height of the dock
NO_REPEAT = 3  # the dice does not return to the last ones

ONE_CLASS = "All that this model paints is of this class."
NO_POSE = "Models of this family have no layers to lock; the pose is kept by z."
STRENGTH = Scale(0, 150, 100, step=5, unit="%")
POSE = Scale(0, 100, 0, step=5, unit="%")


def mix_name(shares: Shares, names: tuple[str, ...]) -> str:
    """The undo step of a mix: "Class: ginger" or "Class: 70 ginger, 30 tabby"."""
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    if len(ordered) == 1 or ordered[0][1] >= 1:
        return f"Class: {names[ordered[0][0]]}"
    return "Class: " + ", ".join(f"{round(100 * v)} {names[k]}" for k, v in ordered)


class ClassDock(QWidget):
    """See the module's docstring."""

    name, title, icon, area = "class", "Class", "photo", "upper"

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock.class")
        set_role(self, "panel")
        self._editor = editor
        self._back = paint.results(editor)
        self._names: tuple[str, ...] = ()
        self._shares: Shares = {}
        self._rolled: deque[int] = deque(maxlen=NO_REPEAT)
        self.tiles = ClassTiles(editor, self)
        self.tiles.chosen.connect(self.choose)
        self.tiles.mixed.connect(self.mix)
        self.tiles.rolled.connect(self.roll)
        self._foot = self._build_foot()
        self._body = QWidget(self)
        inside = column(self._body, margin=0)
        inside.addWidget(self.tiles, 100)
        inside.addWidget(self._foot)
        inside.addStretch(1)
        self._empty = empty_state("This model has no classes.", self)
        self._choose = link("Choose a model with classes…", self._empty)
        self._choose.setObjectName("class.choose")
        self._choose.clicked.connect(self._choose_model)
        below = self._empty.layout()
        assert isinstance(below, QVBoxLayout)
        below.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignHCenter)
        below.addStretch(1)
        whole = column(self, right=0)
        whole.addWidget(self._body, 1)
        whole.addWidget(self._empty, 1)
        editor.modelChanged.connect(self._model_changed)
        editor.namesChanged.connect(self._names_changed)
        self.tiles.grid.filled.connect(self._chain)
        editor.documentChanged.connect(self._refresh)
        editor.engineState.connect(self._refresh_empty)
        self._back.looks.changed.connect(self._refresh)
        self._back.runChanged.connect(self._refresh)
        self._model_changed(editor.model)

    def _build_foot(self) -> QWidget:
        foot = QWidget(self)
        inside = column(foot, margin=0, right=PADDING)
        divider = QWidget(foot)
        set_role(divider, "line")
        divider.setFixedHeight(1)
        self.bars = MixBars("class.mix", foot)
        self.bars.edited.connect(self._mixing)
        self.bars.committed.connect(self._apply)
        self.strength = self._look_bar("Strength", STRENGTH, "class.strength", "strength")
        self.pose = self._look_bar("Pose lock", POSE, "class.pose", "pose_lock")
        pair = QHBoxLayout()
        pair.setSpacing(px(8))
        pair.addWidget(self.strength)
        pair.addWidget(self.pose)
        self.own = icon_button("reset", "Own class: take the swap back", foot)
        self.own.setObjectName("class.own")
        self.own.clicked.connect(self._own)
        pair.addWidget(self.own)
        self._hint = caption("", foot)
        self._hint.setObjectName("class.hint")
        self.apply = QPushButton("New sample", foot)
        self.apply.setObjectName("class.apply")
        self.apply.setToolTip("Paint a new sample of the chosen class into the frame")
        self.apply.setFont(font(bold=True))
        set_role(self.apply, "primary")
        self.apply.clicked.connect(self._sample)
        inside.addWidget(divider)
        inside.addWidget(self.bars)
        inside.addLayout(pair)
        inside.addWidget(self._hint)
        inside.addWidget(self.apply)
        return foot

    def _look_bar(self, label: str, scale: Scale, name: str, field: str) -> ValueBar:
        bar = ValueBar(label, scale, self)
        bar.setObjectName(name)
        bar.edited.connect(lambda value: self._wish(field, value / 100, ""))
        bar.committed.connect(lambda value: self._wish(field, value / 100, label))
        return bar

    # ------------------------------------------------------------------------------ model
    @Slot(object)
    def _model_changed(self, info: Any) -> None:
        self._names = tuple(info.class_names) if info is not None else ()
        if info is not None and info.c_dim and not self._names:
            self._names = tuple(f"class {k}" for k in range(info.c_dim))
        self.tiles.set_classes(info.hash if info is not None else "", self._names)
        self._rolled.clear()
        self._refresh_empty()
        self._refresh()

    @Slot(object)
    def _names_changed(self, names: tuple[str, ...]) -> None:
        self._names = tuple(names)
        self.tiles.set_names(self._names)
        self._refresh()

    @Slot()
    def _refresh_empty(self) -> None:
        info, entry = self._editor.model, self._editor.entry
        self._body.setVisible(bool(self._names))
        self._empty.setVisible(not self._names)
        loading = info is None and entry is not None
        words = "This model has no classes."
        if info is None:
            words = f"{entry.name} is being loaded." if entry else "No model is chosen."
        sentence = self._empty.findChild(QLabel, "sentence")
        assert isinstance(sentence, QLabel)
        sentence.setText(words)
        self._choose.setVisible(not loading)

    def _choose_model(self) -> None:
        menu = models_menu(self._editor, self, with_classes=True)
        menu.popup(self._choose.mapToGlobal(QPoint(0, self._choose.height())))

    # ------------------------------------------------------------------------------ choosing
    @Slot(int)
    def choose(self, index: int) -> None:
        """This class alone."""
        self._apply({index: 1.0})

    @Slot(int)
    def mix(self, index: int) -> None:
        """Add a class to the mix, or take it out; two at most."""
        shares = dict(self._shares)
        if index in shares:
            if len(shares) > 1:
                self._apply(without(shares, index))
            return
        while len(shares) >= MOST_MIXED:
            shares.pop(min(shares, key=lambda k: shares[k]))
        self._apply(with_share(shares, index, 0.5 if shares else 1.0))

    @Slot()
    def roll(self) -> None:
        """A class at random, none of the last three."""
        free = [k for k in range(len(self._names)) if k not in self._rolled]
        chosen = secrets.choice(free or list(range(len(self._names))))
        self._rolled.append(chosen)
        self.choose(chosen)

    def _weights(self, shares: Shares) -> tuple[float, ...]:
        return tuple(float(shares.get(k, 0.0)) for k in range(len(self._names)))

    @Slot(object)
    def _apply(self, shares: Shares) -> None:
        if len(self._names) > 1:
            paint.choose_classes(self._editor, self._weights(shares), mix_name(shares, self._names))
        self._refresh()

    @Slot(object)
    def _mixing(self, shares: Shares) -> None:
        look = paint.current_look(self._editor)
        paint.preview_look(self._editor, replace(look, class_weights=self._weights(shares)))

    def _wish(self, field: str, value: float, name: str) -> None:
        look = paint.current_look(self._editor)
        changed = replace(look, **{field: value})  # type: ignore[arg-type]
        if name:
            paint.commit_look(self._editor, name, changed)
        else:
            paint.preview_look(self._editor, changed)

    @Slot()
    def _own(self) -> None:
        paint.choose_classes(self._editor, None, "Class: own")

    @Slot()
    def _sample(self) -> None:
        paint.new_sample(self._editor)

    # ------------------------------------------------------------------------------ showing
    def shares(self) -> Shares:
        """The classes chosen or, without a choice, those of the picture itself."""
        document = self._editor.document
        look = paint.current_look(self._editor)
        base = self._back.looks.base()
        weights: Any = look.class_weights
        if weights is None and base is not None:
            weights = base.base.c
        if base is None and document is not None:
            weights = document.class_weights
        if len(self._names) == 1:
            return {0: 1.0}
        if weights is None or len(weights) != len(self._names):
            return {}
        found = {k: float(w) for k, w in enumerate(weights) if w > LEAST_SHOWN}
        if len(found) > MOST_MIXED:
            return {max(found, key=lambda k: found[k]): 1.0}
        return found

    @Slot()
    def _refresh(self) -> None:
        if self.bars.is_held:
            return
        self._shares = self.shares()
        self.tiles.show_shares(self._shares)
        mixed = self._shares if len(self._shares) > 1 else {}
        self.bars.setVisible(bool(mixed))
        self.bars.show_shares(mixed, {k: shown_name(self._names[k]) for k in mixed})
        self._chain()
        document = self._editor.document
        look = paint.current_look(self._editor)
        painted = self._back.looks.base() is not None
        swapped = painted and look.class_weights is not None
        layered = self._editor.model is None or self._editor.model.can(Capability.STYLE_MIXING)
        self.pose.setEnabled(layered)
        self.pose.setToolTip(
            "Leaves the coarse layers, which hold the pose" if layered else NO_POSE
        )
        for bar, value in ((self.strength, look.strength), (self.pose, look.pose_lock)):
            bar.setVisible(swapped)
            bar.set_amount(100 * value)
        self.own.setVisible(swapped)
        empty = document is not None and document.blank and current_edit(self._editor) is None
        self.apply.setVisible(empty)
        if len(self._names) == 1:
            self._hint.setText(ONE_CLASS)
        elif not painted:
            self._hint.setText("The next projection or sample is of the class you choose.")
        elif mixed:
            self._hint.setText("Keeps pose; drag shares, they stay at 100 %")
        else:
            self._hint.setText("Keeps pose; Ctrl+click mixes a second class in")
        self._fit_hint()

    @Slot()
    def _chain(self) -> None:
        """Let Tab walk in reading order."""
        below = [*self.bars.stops(), self.strength, self.pose, self.own, self.apply]
        chain(self.tiles.dice, *self.tiles.grid.tiles(), *below)

    def _fit_hint(self) -> None:
        """In a low dock the tiles need the room of the hint, once there was a swap."""
        self._hint.setVisible(self.own.isHidden() or self.height() >= px(LOW))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_hint()
