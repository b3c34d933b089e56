"""The Latent dock: truncation, new samples, and a slider for each of the model's directions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QIntValidator, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ganpaint.tasks.requests import Sliders, SlidersRequest
from ganpaint.ui.asking import current_edit, model_key
from ganpaint.ui.commands import paint
from ganpaint.ui.placement_bars import NONE, PlacementBars
from ganpaint.ui.theme import PADDING, font, px, set_icon, set_role
from ganpaint.ui.widgets.direction_row import DirectionRow
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import (
    Scrolled,
    caption,
    chain,
    column,
    empty_state,
    icon_button,
    retire,
)
from ganpaint.ui.widgets.slider import ValueBar

if TYPE_CHECKING:
    from ganpaint.document.document import Edit, Look
    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.editor import Editor

COUNT = 12
REST_MS = 400  # of quiet, before the ends of the sliders are painted anew
PSI = Scale(0, 1.2, 1.0, step=0.05, decimals=2)


class LatentDock(QWidget):
    """See the module's docstring."""

    name, title, icon, area = "latent", "Latent", "cube", "upper"

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock.latent")
        set_role(self, "panel")
        self._editor = editor
        self._back = paint.results(editor)
        self._rows: dict[str, DirectionRow] = {}
        self._model = ""
        self._job: Job | None = None
        self._pictured: Edit | None = None  # whose pictures stand at the ends
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(REST_MS)
        self._later.timeout.connect(self._want_pictures)
        self._body = QWidget(self)
        inside = column(self._body, margin=0)
        inside.addLayout(self._build_head())
        inside.addLayout(self._build_seed())
        self.placement = PlacementBars(editor, self._body)
        inside.addWidget(self.placement)
        self._list = QWidget(self._body)
        self._column = column(self._list, margin=0, gap=8)
        inside.addWidget(Scrolled(self._list, self._body), 1)
        self.reset = QPushButton("Reset all", self._body)
        self.reset.setObjectName("latent.reset")
        self.reset.setFont(font())
        set_icon(self.reset, "reset", size=px(16))
        self.reset.setToolTip("All sliders to 0, truncation to 1, nothing moved: one undo step")
        self.reset.clicked.connect(self._reset_all)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, px(PADDING), 0)
        foot.addWidget(self.reset)
        inside.addLayout(foot)
        self._empty = self._build_empty()
        whole = column(self, right=0)
        whole.addWidget(self._body, 1)
        whole.addWidget(self._empty, 1)
        editor.modelChanged.connect(self._model_changed)
        editor.documentChanged.connect(self._document_changed)
        editor.jobs.ended.connect(self._ended)
        self._back.looks.changed.connect(self._refresh)
        self._back.runChanged.connect(self._refresh)
        self._model_changed(editor.model)

    # ------------------------------------------------------------------------------ building
    def _build_head(self) -> QHBoxLayout:
        self.truncation = ValueBar("Truncation ψ", PSI, self._body)
        self.truncation.setObjectName("latent.truncation")
        self.truncation.setToolTip("1 is the code itself, 0 the model's average picture")
        self.truncation.edited.connect(lambda value: self._truncate(value, ""))
        self.truncation.committed.connect(lambda value: self._truncate(value, "Truncation"))
        self.dice = icon_button("dice", "New sample (Ctrl+R)", self._body)
        self.dice.setObjectName("latent.sample")
        self.dice.clicked.connect(self._sample)
        self.undo_psi = icon_button("reset", "Truncation to 1", self._body)
        self.undo_psi.setObjectName("latent.truncation.reset")
        self.undo_psi.clicked.connect(lambda: self.truncation.set_by_gesture(1.0))
        row = QHBoxLayout()
        row.setSpacing(px(4))
        row.setContentsMargins(0, 0, px(PADDING), 0)
        row.addWidget(self.truncation, 1)
        row.addWidget(self.dice)
        row.addWidget(self.undo_psi)
        return row

    def _build_seed(self) -> QHBoxLayout:
        self.seed = QLineEdit(self._body)
        self.seed.setObjectName("latent.seed")
        self.seed.setAccessibleName("Seed of the sample")
        self.seed.setPlaceholderText("Seed")
        self.seed.setToolTip("Type a number: the same seed gives the same picture")
        self.seed.setValidator(QIntValidator(0, 2**31 - 1, self.seed))
        self.seed.setFixedWidth(px(104))
        self.seed.returnPressed.connect(self._sample_typed)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.setContentsMargins(0, 0, px(PADDING), 0)
        row.addWidget(self.seed)
        words = caption("Enter paints this sample", self._body)
        row.addWidget(words, 1)
        return row

    def _build_empty(self) -> QWidget:
        empty = empty_state("Project a photo or take a sample to get sliders.", self)
        self.start = QPushButton("Start projection", empty)
        self.start.setObjectName("latent.start")
        set_role(self.start, "primary")
        self.start.setFont(font(bold=True))
        self.start.clicked.connect(self._project)
        self.take = QPushButton("Take a sample", empty)
        self.take.setObjectName("latent.take")
        self.take.setFont(font())
        self.take.clicked.connect(self._sample)
        below = empty.layout()
        assert isinstance(below, QVBoxLayout)
        for button in (self.start, self.take):
            below.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        below.addStretch(1)
        return empty

    # ------------------------------------------------------------------------------ model
    @Slot(object)
    def _model_changed(self, info: Any) -> None:
        self._model = info.hash if info is not None else ""
        self._pictured = None
        self._show_sliders(Sliders(self._model, ()))
        if self._model:
            self._ask(None)
        self._refresh()

    def _ask(self, edit: Edit | None) -> None:
        jobs = self._editor.jobs
        if self._job is not None and not self._job.state.over:
            jobs.stop(self._job.id, keep=False)
        request = SlidersRequest(self._model, COUNT, edit)
        self._job = jobs.submit("Painting the sliders' ends", request, tag="background")

    @Slot(object)
    def _ended(self, job: Job) -> None:
        if job is not self._job:
            if job.tag != "background":
                self._later.start()  # the engine may be free for the pictures now
            return
        if not isinstance(job.result, Sliders):
            return
        self._job = None
        self._pictured = job.request.edit
        self._show_sliders(job.result)
        self._refresh()

    def _show_sliders(self, sliders: Sliders) -> None:
        wanted = [slider.id for slider in sliders.sliders]
        if list(self._rows) != wanted:
            for row in self._rows.values():
                self._column.removeWidget(row)
                retire(row)
            self._rows = {
                slider.id: self._row(at, slider.id, slider.name)
                for at, slider in enumerate(sliders.sliders)
            }
            placed = (self.placement.reset, *self.placement.bars)
            chain(self.seed, *placed, *self._rows.values(), self.reset)
        for slider in sliders.sliders:
            row = self._rows[slider.id]
            share = f"{100 * slider.share:.0f} % of what differs between pictures"
            row.setToolTip(f"{slider.name}: {share}. Double click for 0.")
            if slider.low is not None:
                row.set_pictures(slider.low, slider.high)

    def _row(self, at: int, direction: str, name: str) -> DirectionRow:
        row = DirectionRow(name, self._list)
        row.setObjectName(f"latent.row.{at}")
        row.edited.connect(lambda value: self._slide(direction, value, ""))
        row.committed.connect(lambda value: self._slide(direction, value, f"Slider: {name}"))
        self._column.addWidget(row)
        row.show()
        return row

    # ------------------------------------------------------------------------------ gestures
    def _slide(self, direction: str, value: float, name: str) -> None:
        self._wish(paint.current_look(self._editor).with_slider(direction, value), name)

    def _truncate(self, value: float, name: str) -> None:
        self._wish(replace(paint.current_look(self._editor), truncation_psi=value), name)

    def _wish(self, look: Any, name: str) -> None:
        if name:
            paint.commit_look(self._editor, name, look)
        else:
            paint.preview_look(self._editor, look)

    @Slot()
    def _reset_all(self) -> None:
        look = paint.current_look(self._editor)
        if self._is_changed(look):
            still = replace(look, sliders=(), truncation_psi=1.0, placement=NONE)
            self._wish(still, "Reset sliders")

    @staticmethod
    def _is_changed(look: Look) -> bool:
        return bool(look.sliders) or look.truncation_psi != 1 or look.placement != NONE

    @Slot()
    def _sample(self) -> None:
        paint.new_sample(self._editor)

    @Slot()
    def _sample_typed(self) -> None:
        if self.seed.text():
            paint.new_sample(self._editor, int(self.seed.text()))

    @Slot()
    def _project(self) -> None:
        paint.start_projection(self._editor)

    # ------------------------------------------------------------------------------ showing
    @Slot(object, object)
    def _document_changed(self, old: object, new: object) -> None:
        self._refresh()
        self._later.start()

    @Slot()
    def _refresh(self) -> None:
        document = self._editor.document
        painted = self._back.looks.base() is not None
        ready = painted and bool(self._rows)
        self._body.setVisible(painted)
        self._empty.setVisible(not painted)
        self.start.setVisible(document is not None and not document.blank)
        projecting = paint.is_projecting(self._editor)
        self.start.setEnabled(not projecting)
        self.take.setEnabled(document is not None and bool(model_key(self._editor)))
        self.dice.setEnabled(not projecting)
        self.seed.setEnabled(not projecting)
        look = paint.current_look(self._editor)
        self.truncation.set_amount(look.truncation_psi)
        for direction, row in self._rows.items():
            row.setEnabled(painted)
            row.set_amount(look.slider(direction))
        self.placement.show_look(look)
        self.reset.setEnabled(ready and self._is_changed(look))
        if document is not None and not self.seed.hasFocus():
            typed_zero = not document.seed and self.seed.text() == "0"
            self.seed.setText("0" if typed_zero else str(document.seed or ""))
        if painted and self._pictured is None:
            self._later.start()

    def _want_pictures(self) -> None:
        """The ends of the sliders, of the present picture, when nothing else goes on."""
        edit = current_edit(self._editor)
        if edit is None or edit is self._pictured or not self._model or not self.isVisible():
            return
        busy = self._editor.jobs.running("engine") is not None or self._back.looks.is_busy
        if not busy and not any(row.is_held() for row in self._rows.values()):
            self._ask(edit)  # else what ends next brings us back

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start()
