"""Projection, class swap, sliders and scribbles through the window's own commands, every family.

The engine is the real one, on its thread; the models are the tiny published-form fixtures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganpaint.catalogue import Catalogue
from ganpaint.document.document import Document
from ganpaint.jobs.jobs import Jobs
from ganpaint.model_info import Capability
from ganpaint.picture.frame import Frame
from ganpaint.tasks.requests import Sliders, SlidersRequest
from ganpaint.tasks.studio import Studio
from ganpaint.ui.asking import current_edit
from ganpaint.ui.commands import paint
from ganpaint.ui.editor import Editor
from ganpaint.ui.openings import Openings
from tests.ui.stand_ins import photo_of, stroke_of

PATIENCE = 60_000
MODELS = (
    "stylegan2_ada/cond-16.pkl",
    "stylegan3/r-32-cond.pkl",
    "biggan_deep/deep-16",
    "biggan_ajbrock/hier-32.pth",
    "dcgan/plain-64.pth",
)


@pytest.fixture
def editor(qtbot: QtBot, tmp_path: Path) -> Iterator[Editor]:
    """An editor whose jobs run."""
    jobs = Jobs(lambda: Studio(device="cpu", threads=1, cache=tmp_path / "cache"))
    jobs.start()
    made = Editor(jobs, Catalogue(()))
    yield made
    assert jobs.shutdown(20_000)


def settle(qtbot: QtBot, editor: Editor) -> Callable[[], bool]:
    """Paint what arrives, so that the next may come."""

    def done() -> bool:
        editor.jobs.acknowledge()
        back = paint.results(editor)
        return back.run is None and not back.looks.is_busy

    return done


@pytest.mark.parametrize("name", MODELS)
def test_every_family_does_it_all(qtbot: QtBot, editor: Editor, shared: Path, name: str) -> None:
    told: list[str] = []
    editor.message.connect(lambda m: told.append(f"{m.title} {m.text}") if m.kind == "error" else 0)
    Openings(editor)
    paint.results(editor)
    editor.use_model(str(shared / "parity" / "fixtures" / name))
    qtbot.waitUntil(lambda: editor.model is not None or bool(told), timeout=PATIENCE)
    assert not told
    info = editor.model
    assert info is not None
    editor.open_session(Document(photo_of(), Frame(40, 30, 48)), name="x.png")
    editor.set_projection(editor.projection.changed(steps=4, starts=2, samples=4))
    done = settle(qtbot, editor)

    def picture() -> np.ndarray:
        edit = current_edit(editor)
        assert edit is not None
        return edit.patch.picture

    def steps() -> list[str]:
        assert editor.session is not None
        return [state.name for state in editor.session.history.states][1:]

    def finish(count: int) -> None:
        qtbot.waitUntil(lambda: bool(told) or (done() and len(steps()) >= count), timeout=PATIENCE)
        assert not told

    assert paint.start_projection(editor)
    finish(1)
    edit = current_edit(editor)
    assert edit is not None
    assert str(edit.base.space) == ("w+" if info.can(Capability.W_SPACE) else "z")
    before = picture()

    if info.c_dim:
        own = int(np.argmax(edit.base.c)) if edit.base.c is not None else 0
        weights = tuple(float(k == (own + 1) % info.c_dim) for k in range(info.c_dim))
        paint.choose_classes(editor, weights, "Class: next")
        finish(2)
        assert steps()[-1] == "Class: next" and not np.array_equal(picture(), before)

    job = editor.jobs.submit("Sliders", SlidersRequest(info.hash, 3, current_edit(editor)))
    qtbot.waitUntil(lambda: job.state.over, timeout=PATIENCE)
    assert isinstance(job.result, Sliders) and len(job.result.sliders) == 3
    assert all(slider.low is not None for slider in job.result.sliders)
    before, count = picture(), len(steps())
    look = paint.current_look(editor).with_slider(job.result.sliders[0].id, 2.0)
    paint.commit_look(editor, "Slider", look)
    finish(count + 1)
    assert not np.array_equal(picture(), before)

    if info.can(Capability.USER_TRANSFORM):
        before = picture()
        look = replace(paint.current_look(editor), placement=(0.1, 0.0, 20.0, 1.0))
        paint.commit_look(editor, "Move", look)
        finish(count + 2)
        assert not np.array_equal(picture(), before)

    before, count = picture(), len(steps())
    editor.set_option("stay_close", 0.0)  # these networks were never trained: little moves them
    paint.add_stroke(editor, stroke_of())
    finish(count + 1)
    until = time.monotonic() + 20
    while np.array_equal(picture(), before) and time.monotonic() < until:
        qtbot.wait(20)
        done()
    assert not told and not np.array_equal(picture(), before)
