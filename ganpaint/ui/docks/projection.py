"""The Projection dock: how to search, the search while it runs, and what it found."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QSize, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ganpaint.progress import Step
from ganpaint.ui.asking import model_key, offered_space
from ganpaint.ui.commands import paint
from ganpaint.ui.models_menu import models_menu
from ganpaint.ui.projection_settings import (
    MOST_STARTS,
    MOST_STEPS,
    PRESETS,
    SPACES,
    estimated_seconds,
)
from ganpaint.ui.search_view import SearchView
from ganpaint.ui.term_bars import TermBars
from ganpaint.ui.theme import PADDING, font, px, set_icon, set_role
from ganpaint.ui.time_left import rounded_up, spoken
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import Scrolled, chain, column, icon_button, link
from ganpaint.ui.widgets.segmented import Segmented
from ganpaint.ui.widgets.slider import ValueBar

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor

STEPS = Scale(1, 20000, 400, step=10, soft=(10, MOST_STEPS))
STARTS = Scale(1, 64, 4, soft=(1, MOST_STARTS))


class ProjectionDock(QWidget):
    """See the module's docstring."""

    name, title, icon, area = "projection", "Projection", "photo", "lower"

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock.projection")
        set_role(self, "panel")
        self._editor = editor
        self._back = paint.results(editor)
        self._body = QWidget(self)
        inside = column(self._body, margin=0)
        self._settings = QWidget(self._body)
        above = column(self._settings, margin=0)
        for layout in self._build_settings():
            above.addLayout(layout)
        above.addWidget(self._build_fold())
        inside.addWidget(self._settings)
        self.view = SearchView(editor, self._body)
        self.view.above = self.use_strokes
        inside.addWidget(self.view)
        whole = column(self, right=0)
        self._scroll = Scrolled(self._body, self)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._show_search)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self._build_buttons())
        editor.projectionChanged.connect(self._show_settings)
        editor.modelChanged.connect(self._model_changed)
        editor.documentChanged.connect(self._refresh)
        editor.engineState.connect(self._refresh)
        editor.sessionChanged.connect(lambda _: self._scroll.verticalScrollBar().setValue(0))
        self._back.runChanged.connect(self._refresh)
        self._back.runChanged.connect(self._show_search)
        self._back.candidatesChanged.connect(self._refresh)
        self._back.stepped.connect(self._stepped)
        self._model_changed(editor.model)

    # ------------------------------------------------------------------------------ building
    def _build_settings(self) -> list[QHBoxLayout]:
        self.preset = Segmented([(p.key, p.title) for p in PRESETS], "Preset", self._body)
        self.preset.setObjectName("projection.preset")
        self.preset.chosen.connect(self._use_preset)
        self.space = Segmented([(s, s) for s in SPACES], "Space", self._body)
        self.space.setObjectName("projection.space")
        self.space.chosen.connect(lambda key: self._change(space=key))
        labels = [QLabel(word, self._body) for word in ("Preset", "Space")]
        wide = max(label.fontMetrics().horizontalAdvance(label.text()) for label in labels)
        rows = []
        for label, choice in zip(labels, (self.preset, self.space), strict=True):
            label.setFont(font())
            label.setMinimumWidth(wide + px(4))
            set_role(label, "caption")
            row = QHBoxLayout()
            row.setSpacing(px(8))
            row.addWidget(label)
            row.addWidget(choice, 1)
            rows.append(row)
        self.steps = ValueBar("Steps", STEPS, self._body)
        self.steps.setObjectName("projection.steps")
        self.steps.committed.connect(lambda value: self._change(steps=round(value)))
        self.starts = ValueBar("Starts", STARTS, self._body)
        self.starts.setObjectName("projection.starts")
        self.starts.committed.connect(lambda value: self._change(starts=round(value)))
        for bar in (self.steps, self.starts):
            bar.edited.connect(self._show_estimate)
        pair = QHBoxLayout()
        pair.setSpacing(px(8))
        pair.addWidget(self.steps, 1)
        pair.addWidget(self.starts, 1)
        return [*rows, pair]

    def _build_fold(self) -> QWidget:
        holder = QWidget(self._body)
        inside = column(holder, margin=0, gap=6)
        self.fold = QToolButton(holder)
        self.fold.setObjectName("projection.fold")
        self.fold.setText("Losses and more")
        self.fold.setAccessibleName("Losses and more")
        self.fold.setToolTip("Weights of the losses, and what each has to do with the result")
        self.fold.setFont(font("caption"))
        self.fold.setCheckable(True)
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.fold.toggled.connect(self._unfold)
        self.terms = TermBars(self._editor, holder)
        self.use_strokes = QCheckBox("Strokes join when it ends", holder)
        self.use_strokes.setObjectName("projection.useStrokes")
        self.use_strokes.setFont(font())
        self.use_strokes.setToolTip("Strokes on the canvas are made real from what was found")
        self.use_strokes.clicked.connect(lambda on: self._change(use_strokes=on))
        inside.addWidget(self.fold)
        inside.addWidget(self.terms)
        inside.addWidget(self.use_strokes)
        self._unfold(False)
        return holder

    def _build_buttons(self) -> QWidget:
        holder = QWidget(self)
        below = column(holder, margin=0, right=PADDING)
        self.hint = link("Choose a model…", holder)
        self.hint.setObjectName("projection.choose")
        self.hint.clicked.connect(self._choose_model)
        below.addWidget(self.hint)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.start = self._button("Start projection", "projection.start", "play", primary=True)
        self.start.clicked.connect(lambda: paint.start_projection(self._editor))
        self.pause = self._button("Pause", "projection.pause", "pause")
        self.pause.clicked.connect(self._pause)
        self.stop = self._button("Stop and keep", "projection.stop", "stop", primary=True)
        self.stop.setToolTip("End here with the best picture so far (Shift+P)")
        self.stop.clicked.connect(lambda: self._stop(keep=True))
        self.more = icon_button("chevron-down", "Other ways to stop", holder, 16)
        self.more.setObjectName("projection.stop.more")
        self.more.clicked.connect(self._more)
        for button in (self.start, self.pause, self.stop):
            row.addWidget(button, 1)
        row.addWidget(self.more)
        below.addLayout(row)
        return holder

    def _button(self, text: str, name: str, icon: str, *, primary: bool = False) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("tight", True)  # two beside each other fit the narrowest dock
        button.setObjectName(name)
        button.setFont(font(bold=primary))
        set_role(button, "primary" if primary else "plain")
        set_icon(button, icon, "onaccent" if primary else "text", px(16))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    # ------------------------------------------------------------------------------ settings
    def _change(self, **changes: object) -> None:
        self._editor.set_projection(self._editor.projection.changed(**changes))

    @Slot(str)
    def _use_preset(self, key: str) -> None:
        self._editor.set_projection(self._editor.projection.with_preset(key))

    @Slot(bool)
    def _unfold(self, on: bool) -> None:
        set_icon(self.fold, "chevron-down" if on else "chevron-right", "text2", px(14))
        self.terms.setVisible(on)
        self.use_strokes.setVisible(on)

    @Slot()
    def _show_settings(self) -> None:
        settings = self._editor.projection
        self.preset.choose(settings.preset)
        space = offered_space(self._editor.model, settings.space)
        self.space.choose(space)
        self.terms.show_space(space)
        self.steps.set_amount(settings.steps)
        self.starts.set_amount(settings.starts)
        self.use_strokes.setChecked(settings.use_strokes)
        self.terms.show_settings(settings)
        self._show_estimate()

    @Slot()
    def _show_estimate(self) -> None:
        settings = self._editor.projection.changed(
            steps=round(self.steps.amount()), starts=round(self.starts.amount())
        )
        preset = next((p.title for p in PRESETS if p.key == settings.preset), "Own settings")
        seconds = estimated_seconds(settings, model_key(self._editor))
        words = f"{preset}, about {spoken(rounded_up(seconds))}"
        self.view.show_estimate(words)
        self.start.setToolTip(f"Find the code whose picture looks like the photo (P). {words}.")

    @Slot(object)
    def _model_changed(self, info: Any) -> None:
        offers = info.offered("space") if info is not None else ()
        reasons = {o.name: ("" if o.available else o.reason) for o in offers}
        for key in SPACES:
            missing = "The model's family has no such space." if offers else ""
            self.space.set_reason(key, reasons.get(key, missing))
        self.terms.show_model(info)
        chain(self.fold, *self.terms.stops(), self.use_strokes, *self.view.grid.tiles(), self.start)
        self._show_settings()
        self._refresh()

    def _choose_model(self) -> None:
        menu = models_menu(self._editor, self)
        menu.popup(self.hint.mapToGlobal(QPoint(0, self.hint.height())))

    # ------------------------------------------------------------------------------ the search
    @Slot()
    def _pause(self) -> None:
        if paint.is_paused(self._editor):
            paint.resume(self._editor)
        else:
            paint.pause(self._editor)

    def _stop(self, *, keep: bool) -> None:
        for button in (self.pause, self.stop, self.more):
            button.setEnabled(False)  # pressed state at once; the last step ends soon
        paint.stop(self._editor, keep=keep)

    def _more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        keep = menu.addAction("Stop and keep the best")
        keep.triggered.connect(lambda: self._stop(keep=True))
        discard = menu.addAction("Discard: as it was before")
        discard.setObjectName("projection.discard")
        discard.triggered.connect(lambda: self._stop(keep=False))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    @Slot(object)
    def _stepped(self, step: Step) -> None:
        total = sum(v for v in step.losses.values() if math.isfinite(v))
        if total > 0 and self.terms.isVisible():
            self.terms.show_shares({name: v / total for name, v in step.losses.items()})

    @Slot()
    def _refresh(self) -> None:
        run = self._back.run
        running = run is not None
        resting = paint.is_paused(self._editor)
        document = self._editor.document
        blank = document is not None and document.blank
        has_model = bool(model_key(self._editor))
        self._settings.setVisible(not blank)  # there is no photo to project
        self.start.setVisible(not running and not blank)
        self.start.setEnabled(document is not None and has_model)
        for button in (self.pause, self.stop, self.more):
            button.setVisible(running)
            button.setEnabled(run is not None and not run.job.stop.requested)
        self.pause.setText("Resume" if resting else "Pause")
        set_icon(self.pause, "play" if resting else "pause", size=px(16))
        self.hint.setVisible(not has_model)
        if not running:
            self.terms.show_shares({})
            self._show_estimate()
        if document is not None and blank:
            begins = "Strokes or a sample begin this picture" if document.edit is None else ""
            self.view.show_estimate("Click one to choose it" if self._back.candidates else begins)

    @Slot()
    def _show_search(self) -> None:
        """Scroll to the curve and the starts when they appear and there is no room for all."""
        if self._back.run is not None:
            bar = self._scroll.verticalScrollBar()
            bar.setValue(min(bar.maximum(), self.view.y()))

    def sizeHint(self) -> QSize:
        return QSize(px(320), px(420))
