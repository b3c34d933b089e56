"""A search as it goes: curve, the starts' pictures or the candidates, steps a second, time left."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ganpaint.progress import Step
from ganpaint.ui.commands import paint
from ganpaint.ui.messages import Message
from ganpaint.ui.status_line import ElidedLabel
from ganpaint.ui.theme import font, px
from ganpaint.ui.time_left import TimeLeft
from ganpaint.ui.widgets.curve import LossCurve
from ganpaint.ui.widgets.panel import caption, chain, column
from ganpaint.ui.widgets.thumbnails import START_TILE, Tile, TileGrid

if TYPE_CHECKING:
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.results import Run

RATE_OVER = 20  # steps over which the speed is measured


class SearchView(QWidget):
    """See the module's docstring."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._back = paint.results(editor)
        self._run: Run | None = None
        self._left = TimeLeft()
        self._times: deque[tuple[int, float]] = deque(maxlen=RATE_OVER)
        self._estimate = ""
        self.above: QWidget | None = None  # where Tab comes from to the tiles
        self.curve = LossCurve(self)
        self.curve.setObjectName("projection.curve")
        self.grid = TileGrid(START_TILE, parent=self)
        self.figures = ElidedLabel(self)
        self.figures.setFont(font("caption"))
        self.figures.setObjectName("projection.figures")
        self.remaining = caption("", self)
        self.remaining.setObjectName("projection.remaining")
        self.remaining.setWordWrap(False)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self.figures, 1)
        line.addWidget(self.remaining)
        inside = column(self, margin=0)
        inside.addWidget(self.curve)
        inside.addWidget(self.grid)
        inside.addLayout(line)
        self._back.stepped.connect(self._stepped)
        self._back.runChanged.connect(self._run_changed)
        self._back.candidatesChanged.connect(self._show_candidates)
        editor.sessionChanged.connect(self._forget)
        self._fill(0)
        self._show_words()

    def show_estimate(self, words: str) -> None:
        """What stands there before a search: "Faithful, about 13 s"."""
        self._estimate = words
        self._show_words()

    # ------------------------------------------------------------------------------ news
    @Slot()
    def _run_changed(self) -> None:
        run = self._back.run
        if run is not None and run is not self._run:
            self._run = run
            self._left = TimeLeft()
            self._times.clear()
            self.curve.begin(run.job.request.steps)
            self._fill(0)
        elif run is None:
            self._run = None
        self._show_words()

    @Slot(object)
    def _stepped(self, step: Step) -> None:
        if not step.step or not step.start_losses:
            self._show_tried(step)
            self._show_words(step)
            return
        self.curve.add(step.step, step.start_losses)
        self.curve.mark_best(step.start, step.best_step, step.best_loss)
        self._times.append((step.step, step.seconds))
        self._show_starts(step)
        self._show_words(step)

    @Slot()
    def _forget(self) -> None:
        self.curve.begin(0)
        self._fill(0)
        self._show_words()

    def rate(self) -> float:
        """Steps a second, of late; 0 while it is too early."""
        if len(self._times) < 2:
            return 0.0
        (first, since), (last, until) = self._times[0], self._times[-1]
        return (last - first) / (until - since) if until > since else 0.0

    def _show_words(self, step: Step | None = None) -> None:
        run = self._back.run
        if run is None:
            loss = self.curve.best[2]
            done = math.isfinite(loss) and bool(self.curve.points)
            self.figures.setText(f"Best loss {loss:.3f}" if done else "")
            self.remaining.setText(self._estimate)
            return
        seen = step or run.step
        if paint.is_paused(self._editor):
            self.figures.setText(f"Paused at step {seen.step}" if seen is not None else "Paused")
            self.remaining.setText("best kept")
            return
        if seen is None or not seen.step:
            self.figures.setText(seen.sentence if seen is not None and seen.sentence else "Waiting")
            self.remaining.setText("")
            return
        rate = self.rate()
        words = f"Step {seen.step} of {run.job.request.steps}"
        self.figures.setText(f"{words} · {rate:.0f} steps/s" if rate >= 1 else words)
        if step is not None:
            self.remaining.setText(self._left.words(step))

    # ------------------------------------------------------------------------------ tiles
    def _fill(self, count: int) -> None:
        """As many tiles as there are starts or candidates."""
        tiles = list(self.grid.tiles())[:count]
        while len(tiles) < count:
            at = len(tiles)
            tile = Tile("", START_TILE, self.grid)
            tile.setObjectName(f"starts.tile.{at}")
            tile.clicked.connect(lambda *_, at=at: paint.choose_candidate(self._editor, at))
            tiles.append(tile)
        self.grid.set_tiles(tiles)
        if self.above is not None:
            chain(self.above, *tiles)
        self.grid.setVisible(count > 0)

    def _show_tried(self, step: Step) -> None:
        """While samples are tried: the best so far, best first."""
        if not step.start_previews:
            return
        self._fill(len(step.start_previews))
        for at, (tile, picture) in enumerate(
            zip(self.grid.tiles(), step.start_previews, strict=True)
        ):
            tile.set_caption(str(at + 1))
            tile.setAccessibleName(f"Sample {at + 1}")
            tile.set_picture(picture)
            tile.set_state(chosen=at == 0)

    def _show_starts(self, step: Step) -> None:
        count = len(step.start_losses)
        keeps = self._run is not None and not self._run.is_projection
        if len(self.grid.tiles()) < count or not keeps:  # candidates that rest stay in view
            self._fill(count)
        for at, (tile, loss) in enumerate(zip(self.grid.tiles(), step.start_losses, strict=False)):
            dropped = not math.isfinite(loss)
            tile.set_caption("dropped" if dropped else f"{loss:.3f}")
            tile.setAccessibleName(f"Start {at + 1}, {tile.caption}")
            tile.set_state(chosen=at == step.start, faded=dropped)
            if at < len(step.start_previews):
                tile.set_picture(step.start_previews[at])
            elif at == step.start and step.preview is not None:
                tile.set_picture(step.preview)

    @Slot()
    def _show_candidates(self) -> None:
        candidates = self._back.candidates
        if self._back.run is not None:
            return
        self._fill(len(candidates))
        document = self._editor.document
        if candidates and document is not None and document.blank and not self.isVisible():
            self._back.say_once("candidates", _candidates_wait(len(candidates)))
        shown = self._back.candidate_shown()
        for at, (tile, edit) in enumerate(zip(self.grid.tiles(), candidates, strict=True)):
            tile.set_caption(str(at + 1))
            tile.setAccessibleName(f"Candidate {at + 1}")
            tile.setToolTip(f"Candidate {at + 1}: click to put it on the canvas")
            tile.set_picture(edit.patch.picture)
            tile.set_state(chosen=at == shown)


def _candidates_wait(count: int) -> Message:
    return Message(
        "info",
        f"{count} pictures fit the strokes; the best is on the canvas.",
        "To choose another one, open the Projection dock and click it.",
    )
