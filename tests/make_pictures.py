"""Makes the README's pictures with the program itself: `python -m tests.make_pictures`.

Only the CC0 sample photo and the models' own samples appear in them.
"""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ganpaint.document.document import Edit, Look
from ganpaint.document.stroke import Stroke
from ganpaint.paths import resource
from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import composite
from ganpaint.picture.frame import Frame, default_frame
from ganpaint.picture.photo import Photo
from ganpaint.picture.read import read_photo
from ganpaint.tasks.requests import (
    Blend,
    Painted,
    ProjectRequest,
    RenderRequest,
    ScribbleRequest,
    SheetRequest,
    finish,
)
from ganpaint.tasks.studio import Studio

OUT = Path(__file__).resolve().parents[1] / "resources" / "guide"
MODEL = "cats-64"
TALL = 300
GAP = 8
FEATHER = 18.0
SECONDS = 15  # for thumbnails, and into the projection
INK, PAPER = (40, 40, 40), (255, 255, 255)


def labelled(pictures: list[tuple[str, np.ndarray]], height: int = TALL) -> Image.Image:
    """Pictures side by side, each with a word below."""
    font = ImageFont.load_default(15)
    rows = []
    for _, pixels in pictures:
        picture = Image.fromarray(pixels[..., :3])
        width = round(picture.width * height / picture.height)
        rows.append(picture.resize((width, height), Image.Resampling.LANCZOS))
    total = sum(p.width for p in rows) + GAP * (len(rows) - 1)
    sheet = Image.new("RGB", (total, height + 26), PAPER)
    pen, x = ImageDraw.Draw(sheet), 0
    for (words, _), picture in zip(pictures, rows, strict=True):
        sheet.paste(picture, (x, 0))
        pen.text((x + 2, height + 4), words, INK, font)
        x += picture.width + GAP
    return sheet


def save(name: str, picture: Image.Image) -> None:
    """Write one picture, small."""
    picture.save(OUT / f"{name}.png", optimize=True)
    print(name, picture.size)


def blaze(frame: Frame) -> tuple[Stroke, ...]:
    """A white blaze from the brow to the nose, as the guided edit asks for."""
    t = np.linspace(0, 1, 24)
    x = frame.cx + frame.size * (-0.02 + 0.06 * t)
    y = frame.cy + frame.size * (-0.34 + 0.42 * t)
    samples = np.stack([x, y, np.ones_like(t), t], 1)
    return (Stroke("blaze", samples, np.array([0.95, 0.93, 0.9]), Brush(frame.size * 0.1, 0.7)),)


def pictures_of_edits(studio: Studio) -> None:
    """scribble.png, swap.png and export.png."""
    photo = read_photo(resource("photos", "chelsea.png"))
    frame = default_frame(photo)
    done: Painted = finish(ProjectRequest(MODEL, photo, frame, steps=250), studio)
    keep = replace(done.edit, patch=replace(done.edit.patch, mode="keep-detail", feather=FEATHER))
    strokes = blaze(frame)
    painted: Painted = finish(
        ScribbleRequest(
            MODEL, photo, frame, strokes, edit=keep, blend=Blend("keep-detail", FEATHER)
        ),
        studio,
    )
    wish = with_strokes(photo, strokes)
    save(
        "scribble",
        labelled([("rough strokes", wish), ("made real", laid(photo, painted.edit))]),
    )
    swaps = [("the photo", photo.pixels)]
    names = studio.info(MODEL).class_names
    for name in ("white", "black", "grey", "tuxedo"):
        weights = tuple(float(other == name) for other in names)
        result: Painted = finish(RenderRequest(MODEL, keep, Look(class_weights=weights)), studio)
        swaps.append((name, laid(photo, result.edit)))
    save("swap", labelled(swaps, 200))
    save("export", large(studio, painted.edit))


def laid(photo: Photo, edit: Edit) -> np.ndarray:
    """The whole photo with an edit."""
    return composite(photo, [edit.patch])


def with_strokes(photo: Photo, strokes: tuple[Stroke, ...]) -> np.ndarray:
    """The photo with the strokes as they are painted."""
    from ganpaint.picture.brush import coverage

    pixels = photo.pixels[..., :3].astype(np.float32)
    for stroke in strokes:
        x, y, values = coverage(stroke.samples, stroke.brush, photo.width, photo.height)
        h, w = values.shape
        part = pixels[y : y + h, x : x + w]
        part += values[..., None] * (stroke.colour * 255 - part)
    return pixels.round().astype(np.uint8)


def large(studio: Studio, edit: Edit) -> Image.Image:
    """The same edit in the sample enlarged to 12 megapixels: a crop before and after."""
    small = Image.open(resource("photos", "chelsea.png")).convert("RGB")
    factor = 4000 / small.width
    wide = small.resize((4000, round(small.height * factor)), Image.Resampling.LANCZOS)
    photo = Photo.make(np.asarray(wide), "RGB")
    f = edit.patch.frame
    frame = Frame(f.cx * factor, f.cy * factor, f.size * factor, f.angle, f.mirror)
    patch = replace(edit.patch, frame=frame, feather=FEATHER * factor)
    after = composite(photo, [patch])
    outside = np.any(after != photo.pixels, axis=2)
    x0, y0, x1, y1 = frame.bounds(photo.width, photo.height)
    outside[y0:y1, x0:x1] = False
    assert not outside.any(), "a pixel outside the frame changed"
    x, y = round(frame.cx - 300), round(frame.cy - 700)
    crops = [p[y : y + 600, x : x + 600] for p in (photo.pixels, after)]
    return labelled([("opened, a crop of 12 Mpx", crops[0]), ("exported", crops[1])], 300)


def window_picture() -> None:
    """window.png: the main window in the midst of a projection of the sample."""
    from PySide6.QtCore import QEventLoop, QTimer

    from ganpaint.preferences import Preferences
    from ganpaint.ui import theme
    from ganpaint.ui.app import make_application, make_editor, use_first_model
    from ganpaint.ui.commands import paint
    from ganpaint.ui.main_window import MainWindow

    app = make_application(sys.argv[:1])
    theme.apply(app, "dark")
    window = MainWindow(make_editor(Preferences()))
    use_first_model(window.editor)
    window.resize(1440, 900)
    window.show()

    def wait(until: Any, seconds: float = 240) -> None:
        loop, began = QEventLoop(), time.monotonic()
        timer = QTimer(interval=50)
        timer.timeout.connect(
            lambda: loop.quit() if until() or time.monotonic() - began > seconds else None
        )
        timer.start()
        loop.exec()
        assert until(), "the window did not get there"

    editor = window.editor
    wait(lambda: editor.model is not None)
    editor.open_photo(resource("photos", "chelsea.png"))
    wait(lambda: editor.document is not None)
    began = time.monotonic()
    wait(lambda: time.monotonic() - began > SECONDS)  # thumbnails arrive
    paint.start_projection(editor)
    began = time.monotonic()
    wait(lambda: time.monotonic() - began > SECONDS)
    window.grab().save(str(OUT / "window.png"))
    paint.stop(editor, keep=False)
    window._leaving = True
    window.close()


def main() -> None:
    """All of them."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GANPAINT_HOME"] = folder
        OUT.mkdir(exist_ok=True)
        studio = Studio()
        pictures_of_edits(studio)
        for model in ("cats-64", "fruits-64"):
            sheet = finish(SheetRequest(model, rows=3, truncation_psi=0.8), studio)
            columns = sheet.columns
            rows = [
                np.concatenate(sheet.pictures[k : k + columns], 1)
                for k in range(0, len(sheet.pictures), columns)
            ]
            save(f"samples-{model}", Image.fromarray(np.concatenate(rows)))
        window_picture()


if __name__ == "__main__":
    main()
