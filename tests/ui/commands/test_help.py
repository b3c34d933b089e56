"""Help opens its windows once, and the guide begins on the sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ganpaint.catalogue import Catalogue, Entry
from ganpaint.tasks.requests import OpenModel, OpenPhoto
from ganpaint.ui.commands import help as commands
from ganpaint.ui.dialogs.about import AboutDialog
from ganpaint.ui.dialogs.help import HelpWindow
from ganpaint.ui.dialogs.keys import KeysWindow
from tests.ui.stand_ins import jobs_of, photo_of

if TYPE_CHECKING:
    from ganpaint.ui.main_window import MainWindow


def test_windows(window: MainWindow) -> None:
    for _ in range(2):
        commands.contents(window)
        commands.keys(window)
    assert len(window.findChildren(HelpWindow)) == 1
    assert len(window.findChildren(KeysWindow)) == 1
    commands.about(window)
    assert window.findChild(AboutDialog) is not None


def test_the_guide_begins_when_the_sample_is_there(window: MainWindow) -> None:
    commands.guided(window)
    jobs = jobs_of(window.editor)
    [job] = jobs.of(OpenPhoto)
    assert not window.guide.is_running
    jobs.end(job, photo_of())
    assert window.guide.isVisible() and window.guide.at == 0


def test_the_guide_is_painted_by_a_model_that_knows_cats(window: MainWindow) -> None:
    editor, jobs = window.editor, jobs_of(window.editor)
    cats, fruits = (
        Entry("cats-64", "", Path("x"), source="bundled"),
        Entry("fruits-64", "", Path("y")),
    )
    editor.catalogue = Catalogue((cats, fruits))
    editor.entry = fruits
    commands.guided(window)
    assert [job.request for job in jobs.of(OpenModel)] == [OpenModel("cats-64")]
    commands.guided(window)
    assert len(jobs.of(OpenModel)) == 1, "it is chosen already"
