"""ganpaint with a mouth: answers questions about its window on stdin, for the stories.

It is the real program in a real window; only this helper reads a pipe beside it and looks widgets
up by object name. It never does anything for the person.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from ganpaint.ui import app
from ganpaint.ui.commands import paint
from ganpaint.ui.main_window import MainWindow

TICK = 8  # milliseconds


class Mouth(QObject):
    """Answers in the GUI thread."""

    asked = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.stalls: list[tuple[float, float]] = []
        self._last = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=TICK, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self.asked.connect(self.answer, Qt.ConnectionType.QueuedConnection)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            self.asked.emit(line)

    def _tick(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.stalls.append((1000 * (now[0] - self._last[0]), 1000 * (now[1] - self._last[1])))
        self._last = now

    @Slot(str)
    def answer(self, line: str) -> None:
        question, *arguments = json.loads(line)
        print(json.dumps(getattr(self, f"tell_{question}")(*arguments)), flush=True)

    # ------------------------------------------------------------------ questions
    def _visible(self, name: str) -> QWidget | None:
        found = [
            widget
            for widget in QApplication.allWidgets()
            if widget.objectName() == name and widget.isVisible()
        ]
        return found[0] if found else None

    def tell_where(self, name: str) -> list[int] | None:
        widget = self._visible(name)
        if widget is None or not widget.isEnabled():
            return None
        visible = widget.visibleRegion().boundingRect()
        if visible.isEmpty():
            return None
        middle = widget.mapToGlobal(visible.center())
        return [middle.x(), middle.y()]

    def tell_text(self, name: str) -> str | None:
        widget = self._visible(name)
        return widget.property("text") if widget is not None else None

    def tell_tile_of(self, name: str) -> str | None:
        """Object name of the tile of a class."""
        info = self.window.editor.model
        names = [n.lower() for n in info.class_names] if info is not None else []
        return f"class.tile.{names.index(name)}" if name in names else None

    def tell_photo_to_screen(self, x: float, y: float) -> list[float]:
        canvas = self.window.canvas
        place = canvas.transform.to_screen(x, y)
        spot = canvas.mapToGlobal(QPoint(0, 0))
        return [place.x() + spot.x(), place.y() + spot.y()]

    def tell_focus(self, name: str = "") -> int:
        """The window that keys should go to: there is no window manager to decide."""
        named = self._visible(name) if name else None
        return int((named or QApplication.activeModalWidget() or self.window).winId())

    def tell_open(self) -> bool:
        return self.window.editor.session is not None

    def tell_model(self) -> bool:
        return self.window.editor.model is not None

    def tell_model_name(self) -> str:
        info = self.window.editor.model
        return info.name if info is not None else ""

    def tell_running(self) -> bool:
        return paint.results(self.window.editor).run is not None

    def tell_idle(self) -> bool:
        editor = self.window.editor
        looks = paint.results(editor).looks
        return paint.results(editor).run is None and not looks.is_busy

    def tell_preview(self) -> bool:
        session = self.window.editor.session
        return session is not None and session.preview_edit is not None

    def tell_history(self) -> list[str]:
        session = self.window.editor.session
        return [s.name for s in session.history.states] if session else []

    def tell_at(self) -> int:
        session = self.window.editor.session
        return session.history.at if session else -1

    def tell_document(self) -> dict[str, Any] | None:
        document = self.window.editor.document
        if document is None:
            return None
        edit = document.edit
        return {
            "strokes": len(document.strokes),
            "edits": len(document.edits),
            "blank": document.blank,
            "code": edit.code.digest if edit else "",
            "picture": hash(edit.patch.picture.tobytes()) if edit else 0,
            "classes": list(edit.look.class_weights or ()) if edit else [],
            "chosen": list(document.class_weights or ()),
            "frame": [document.frame.cx, document.frame.cy, document.frame.size],
        }

    def tell_candidates(self) -> int:
        return len(paint.results(self.window.editor).candidates)

    def tell_title(self) -> str:
        return self.window.windowTitle()

    def tell_theme(self) -> str:
        from ganpaint.ui.theme import theme

        return theme().name

    def tell_dialogs(self) -> list[str]:
        return [w.objectName() for w in QApplication.topLevelWidgets() if w.isVisible()]

    def tell_messages(self) -> list[str]:
        return [card.message.title for card in self.window.messages.cards]

    def tell_calm(self) -> bool:
        """Forget the stalls so far."""
        self.stalls.clear()
        self._last = time.perf_counter(), time.thread_time()
        return True

    def tell_stalls(self) -> list[tuple[float, float]]:
        """Intervals between ticks in milliseconds: by the clock, and what this thread worked."""
        return self.stalls

    def tell_exists(self, path: str) -> bool:
        return Path(path).is_file()


def main() -> int:
    """Run the program as `ganpaint` does, with the mouth beside it."""
    plain = app.Start.__init__

    def start(self: app.Start, window: MainWindow, paths: Any) -> None:
        plain(self, window, paths)
        window.mouth = Mouth(window)  # type: ignore[attr-defined]

    app.Start.__init__ = start  # type: ignore[method-assign]
    code = app.run([Path(word) for word in sys.argv[1:]])
    left = [
        t.name for t in threading.enumerate() if not t.daemon and t is not threading.main_thread()
    ]
    print(json.dumps({"left": left}), flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
