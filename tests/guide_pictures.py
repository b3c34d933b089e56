"""Makes the pictures of the help pages with the program itself: `python -m tests.guide_pictures`.

Run it again when the bundled model or the look has changed. It needs no screen; the searches take
a minute or two.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("GANPAINT_HOME", tempfile.mkdtemp(prefix="ganpaint-guide-"))

import numpy as np
from PySide6.QtCore import QEventLoop, QRect, Qt, QTimer
from PySide6.QtGui import QImage, QPainter

from ganpaint.document.document import new_id
from ganpaint.document.stroke import Stroke
from ganpaint.picture.brush import Brush
from ganpaint.preferences import Preferences
from ganpaint.ui import app, theme
from ganpaint.ui.commands import file, paint
from ganpaint.ui.guide import WHITE
from ganpaint.ui.main_window import MainWindow

OUT = Path(__file__).resolve().parents[1] / "resources" / "guide"
CLASSES = ("cream", "grey", "silver tabby")
PREVIEWS = 60  # steps after which the window is shown


def rest(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(there: Callable[[], object]) -> None:
    while not there():
        rest(50)


def saved(image: QImage, name: str) -> None:
    few = image.convertToFormat(QImage.Format.Format_RGB888)
    few.save(str(OUT / name))
    print(OUT / name, few.width(), few.height())


def beside(*images: QImage, gap: int = 8) -> QImage:
    width = sum(image.width() for image in images) + gap * (len(images) - 1)
    strip = QImage(width, images[0].height(), QImage.Format.Format_RGB32)
    strip.fill(theme.theme().colour("panel"))
    painter, x = QPainter(strip), 0
    for image in images:
        painter.drawImage(x, 0, image)
        x += image.width() + gap
    painter.end()
    return strip


def framed(window: MainWindow, side: int) -> QImage:
    """What the canvas shows inside the work frame."""
    document = window.editor.document
    assert document is not None
    window.pill.hide()
    low, high = document.frame.polygon().min(0), document.frame.polygon().max(0)
    first, last = (window.canvas.transform.to_screen(*p) for p in (low, high))
    box = QRect(first.toPoint(), last.toPoint())
    shown = window.canvas.grab().toImage().copy(box)
    return shown.scaled(
        side,
        side,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def main() -> int:
    program = app.make_application(["ganpaint"])
    theme.apply(program, "dark")
    editor = app.make_editor(Preferences(theme="dark"))
    window = MainWindow(editor)
    app.Start(window, [])
    window.resize(1200, 750)
    window.show()
    results = paint.results(editor)
    file.open_sample(window)
    until(lambda: editor.session is not None and editor.model is not None)
    assert editor.model is not None
    rest(3000)  # the classes' pictures
    paint.start_projection(editor)
    until(lambda: results.run is None or (results.run.step and results.run.step.step >= PREVIEWS))
    saved(window.grab().toImage(), "window.png")
    until(lambda: results.run is None)
    window.messages.dismiss_newest()
    editor.use_tool("hand")
    window.show_panels(False)
    rest(800)
    plain = framed(window, 300)
    points = [(222, 20, 1, 0), (226, 60, 1, 0.2), (232, 100, 1, 0.4), (240, 150, 1, 0.6)]
    brush = Brush(size=26, hardness=0.7)
    samples, colour = np.array(points, np.float32), np.array(WHITE, np.float32)
    paint.add_stroke(editor, Stroke(new_id(), samples, colour, brush))
    rest(300)
    stroke = framed(window, 300)
    until(lambda: results.run is None)
    window.canvas.set_strokes_shown(False)
    rest(1200)
    saved(beside(plain, stroke, framed(window, 300)), "stroke.png")
    assert editor.session is not None
    editor.session.undo()
    swaps = [plain.scaled(220, 220, mode=Qt.TransformationMode.SmoothTransformation)]
    for name in CLASSES:
        known = [n.lower() for n in editor.model.class_names]
        weights = np.eye(len(known))[known.index(name)] if name in known else None
        if weights is None:
            continue
        paint.choose_classes(editor, tuple(float(w) for w in weights), f"Class: {name}")
        made = f"Class: {name}"
        until(lambda made=made: editor.session.history.states[-1].name.lower() == made.lower())
        rest(1500)
        swaps.append(framed(window, 220))
    saved(beside(*swaps), "classes.png")
    window._leaving = True
    window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
