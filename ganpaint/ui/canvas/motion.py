"""When the canvas works and moves by itself: slices of the scene, fading strokes, ants, a flash.

During a gesture the hand goes first: previews of a running search, each of which takes as long as
some movements of the brush, come less often.

Every timer stops when it has nothing to do: an idle canvas costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from ganpaint.ui.theme import is_still

if TYPE_CHECKING:
    from ganpaint.ui.canvas.view import CanvasView

REST = 60  # milliseconds without a move after which the view rests
FRAME = 16
MARCH = 125  # the ants go 8 px a second
BREATH = 100  # milliseconds between previews during a gesture


class Motion(QObject):
    """One for a canvas."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._work = QTimer(self, singleShot=True)
        self._work.timeout.connect(self._do_work)
        self._rest = QTimer(self, singleShot=True, interval=REST)
        self._rest.setTimerType(Qt.TimerType.PreciseTimer)
        self._rest.timeout.connect(self.start)
        self._frames = QTimer(self, interval=FRAME)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.timeout.connect(self._animate)
        self._ants = QTimer(self, interval=MARCH)
        self._ants.timeout.connect(self._march)
        self._breath = QTimer(self, singleShot=True, interval=BREATH)
        self._breath.timeout.connect(self._next_preview)

    @property
    def moving(self) -> bool:
        """Whether the view moved a moment ago."""
        return self._rest.isActive()

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do but the ants."""
        timers = (self._work, self._rest, self._frames)
        return not any(timer.isActive() for timer in timers)

    def view_moved(self) -> None:
        """The view shows something else."""
        self._rest.start()
        self.start()

    def start(self) -> None:
        """There may be something to do."""
        if not self._work.isActive():
            self._work.start(0)
        if not self._frames.isActive():
            self._frames.start()
        self._watch_ants()

    def preview_painted(self) -> None:
        """A preview is on the screen: the next one may come, soon or in a moment."""
        if self._canvas.is_busy:
            self._breath.start()
        else:
            self._next_preview()

    def _next_preview(self) -> None:
        self._canvas.editor.jobs.acknowledge()

    def _do_work(self) -> None:
        if self._canvas.scene.work(moving=self.moving):
            self._work.start(FRAME if self.moving else 0)
        self._watch_ants()

    def _animate(self) -> None:
        fading = self._canvas.scene.animate()
        flashing = self._canvas.place.animate()
        if self._canvas.scene.strokes.busy and not self._work.isActive():
            self._work.start(0)
        if not (fading or flashing):
            self._frames.stop()

    def _watch_ants(self) -> None:
        if self._canvas.scene.has_ants and not is_still() and self._canvas.isVisible():
            if not self._ants.isActive():
                self._ants.start()
        else:
            self._ants.stop()

    def _march(self) -> None:
        self._watch_ants()
        if self._ants.isActive() and self._canvas.isActiveWindow():
            self._canvas.scene.march()
