"""What strokes, projections, looks and samples do to the document: ui/commands/paint.py."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ganpaint.document.document import Look
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.tasks.requests import ProjectRequest, ScribbleRequest
from ganpaint.ui.commands import paint
from ganpaint.ui.editor import Editor
from tests.ui.stand_ins import code_of, document_of, editor_of, jobs_of, model_of, stroke_of


@pytest.fixture
def editor(qapp: object) -> Editor:
    made = editor_of(document_of(edit=True), model_of())
    paint.results(made)
    return made


@pytest.fixture
def fresh(qapp: object) -> Editor:
    """A photo that was not projected."""
    made = editor_of(document_of(), model_of())
    paint.results(made)
    return made


def names(editor: Editor) -> list[str]:
    assert editor.session is not None
    return [state.name for state in editor.session.history.states]


# ------------------------------------------------------------------------------ projection
def test_projecting_shows_previews_and_ends_in_one_step(fresh: Editor) -> None:
    jobs, session = jobs_of(fresh), fresh.session
    assert session is not None and paint.start_projection(fresh)
    job = jobs.submitted[-1]
    assert isinstance(job.request, ProjectRequest) and paint.is_projecting(fresh)
    step = jobs.step(job, 1, seed=5)
    assert session.preview_edit is not None
    assert (session.preview_edit.patch.picture == step.preview.astype(np.uint16) * 257).all()
    assert session.preview_edit.patch.mode == "replace"  # a search is watched as it is
    painted = jobs.finish(job, seed=6)
    assert session.preview_edit is None
    assert session.document.edit is painted.edit
    assert names(fresh)[1:] == ["Project (w+, 500 steps)"]
    session.undo()
    assert session.document.edit is None


def test_the_request_holds_what_was_chosen(fresh: Editor) -> None:
    session = fresh.session
    assert session is not None
    mask = Mask.empty(80, 60).painted(np.array([[40, 30, 1, 0]], np.float32), stroke_of().brush)
    weights = tuple(float(i == 3) for i in range(10))
    session.commit("x", replace(session.document, mask=mask, class_weights=weights))
    fresh.set_projection(fresh.projection.changed(space="w", steps=33, starts=2, seed=9))
    paint.start_projection(fresh)
    request = jobs_of(fresh).submitted[-1].request
    assert (request.space, request.steps, request.starts, request.seed) == ("w", 33, 2, 9)
    assert request.mask is mask and request.class_weights == weights
    assert request.photo is session.document.photo and request.edit is None
    assert request.blend.mode == "keep-detail"  # a frame of 48 px for 16


@pytest.mark.behaviour("F4")
def test_stop_keeps_the_best_and_discard_returns(fresh: Editor) -> None:
    jobs, session = jobs_of(fresh), fresh.session
    assert session is not None
    paint.start_projection(fresh)
    jobs.step(jobs.submitted[-1], 20, seed=5)
    paint.stop(fresh)
    jobs.finish(jobs.submitted[-1], seed=5)
    assert len(names(fresh)) == 2 and session.document.edit is not None
    before = session.document
    paint.start_projection(fresh)
    jobs.step(jobs.submitted[-1], 20, seed=6)
    assert session.preview_edit is not None
    paint.stop(fresh, keep=False)
    jobs.end(jobs.submitted[-1])
    assert session.document is before and session.preview_edit is None
    assert len(names(fresh)) == 2


def test_p_starts_pauses_and_resumes(fresh: Editor) -> None:
    jobs = jobs_of(fresh)
    paint.toggle_projection(fresh)
    jobs.step(jobs.submitted[-1], 1, seed=1)
    paint.toggle_projection(fresh)
    assert paint.is_paused(fresh)
    paint.toggle_projection(fresh)
    assert not paint.is_paused(fresh) and paint.is_projecting(fresh)
    assert len(jobs.submitted) == 1


@pytest.mark.behaviour("U6")
def test_what_changed_meanwhile_is_not_overwritten(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.start_projection(editor)
    paint.set_mask(editor, Mask.empty(80, 60), "Mask")
    newer = session.document.edit
    said: list[str] = []
    editor.message.connect(lambda message: said.append(message.title))
    painted = jobs.finish(jobs.submitted[-1], seed=8)
    assert len(session.document.edits) == 2
    assert session.document.edits[0] is newer
    top = session.document.edits[1]
    assert top.base is painted.edit.base and top.name == "Project (w+, 500 steps)"
    assert said[0] == "The projection arrived as a new layer."


@pytest.mark.behaviour("U6")
def test_undo_while_projecting_lets_it_go_on(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.choose_classes(editor, tuple(np.eye(10)[2]), "Class: Black")
    jobs.answer()
    paint.start_projection(editor)
    session.undo()
    job = jobs.submitted[-1]
    assert not job.stop.requested
    former = session.document.edit
    jobs.finish(job, seed=8)
    assert session.document.edits[0] is former and len(session.document.edits) == 2


def test_reasons_not_to_start(fresh: Editor) -> None:
    session = fresh.session
    assert session is not None
    said: list[str] = []
    fresh.message.connect(lambda message: said.append(message.title))
    session.commit("x", replace(session.document, mask=Mask.empty(80, 60)))
    assert not paint.start_projection(fresh)
    assert said == ["The mask is empty, so nothing could change."]
    paint.clear_mask(fresh)
    session.commit("x", replace(session.document, frame=Frame(500, 500, 20)))
    assert not paint.start_projection(fresh)
    assert said[1] == "The work frame lies outside the photo. Nothing was started."
    assert not jobs_of(fresh).submitted


# ------------------------------------------------------------------------------ strokes
@pytest.mark.behaviour("S3")
def test_a_stroke_is_followed_from_the_present_code(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    edit = session.document.edit
    stroke = stroke_of()
    paint.add_stroke(editor, stroke)
    request = jobs.submitted[-1].request
    assert isinstance(request, ScribbleRequest)
    assert request.edit is edit and request.strokes == (stroke,)
    jobs.step(jobs.submitted[-1], 3, seed=4)
    assert session.preview_edit is not None and session.preview_edit.id == edit.id
    painted = jobs.finish(jobs.submitted[-1], seed=5)
    assert names(editor)[1:] == ["Scribble"]  # completed, not a second step
    assert session.document.edit is painted.edit
    assert session.document.strokes == (stroke,)


@pytest.mark.behaviour("S9", "F4")
def test_undo_during_a_running_stroke_forgets_it(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    before = session.document
    paint.add_stroke(editor, stroke_of())
    job = jobs.submitted[-1]
    jobs.step(job, 3, seed=4)
    session.undo()
    assert job.stop.discarding
    jobs.end(job)
    assert session.document is before and session.preview_edit is None
    assert session.document.edit.code is before.edit.code
    session.redo()  # the strokes are back, so the search is taken up again
    assert len(jobs.of(ScribbleRequest)) == 2
    painted = jobs.finish(jobs.submitted[-1], seed=6)
    assert session.document.edit is painted.edit


@pytest.mark.behaviour("S9")
def test_undo_after_a_stroke_returns_the_former_code(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    former = session.document.edit
    paint.add_stroke(editor, stroke_of())
    jobs.finish(jobs.submitted[-1], seed=5)
    session.undo()
    assert session.document.edit is former and session.document.strokes == ()


def test_a_second_stroke_goes_on_from_the_first(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    one, two = stroke_of(1), stroke_of(2)
    paint.add_stroke(editor, one)
    first = jobs.submitted[-1]
    jobs.step(first, 3, seed=4)
    paint.add_stroke(editor, two)
    assert first.stop.requested and not first.stop.discarding
    assert len(jobs.of(ScribbleRequest)) == 1  # it waits for the first to give what it has
    after_one = jobs.finish(first, seed=5)
    second = jobs.submitted[-1]
    assert second is not first and second.request.strokes == (one, two)
    assert second.request.edit is after_one.edit
    after_two = jobs.finish(second, seed=6)
    assert names(editor)[1:] == ["Scribble", "Scribble"]
    assert session.document.edit is after_two.edit
    session.undo()
    assert session.document.edit is after_one.edit and session.document.strokes == (one,)


@pytest.mark.behaviour("S23")
def test_strokes_during_a_projection_join_when_it_ends(fresh: Editor) -> None:
    jobs, session = jobs_of(fresh), fresh.session
    assert session is not None
    paint.start_projection(fresh)
    jobs.step(jobs.submitted[-1], 3, seed=4)
    stroke = stroke_of()
    paint.add_stroke(fresh, stroke)
    assert len(jobs.submitted) == 1
    painted = jobs.finish(jobs.submitted[-1], seed=5)
    request = jobs.submitted[-1].request
    assert isinstance(request, ScribbleRequest)
    assert request.strokes == (stroke,) and request.edit is painted.edit
    scribbled = jobs.finish(jobs.submitted[-1], seed=6)
    assert names(fresh)[1:] == ["Scribble", "Project (w+, 500 steps)", "Scribble"]
    assert session.document.edit is scribbled.edit
    session.undo()
    assert session.document.edit is painted.edit


@pytest.mark.behaviour("S25")
def test_strokes_can_be_left_out_cleared_and_committed(fresh: Editor) -> None:
    jobs, session = jobs_of(fresh), fresh.session
    assert session is not None
    fresh.set_projection(fresh.projection.changed(use_strokes=False))
    paint.start_projection(fresh)
    paint.add_stroke(fresh, stroke_of())
    jobs.finish(jobs.submitted[-1], seed=5)
    assert not jobs.of(ScribbleRequest)
    edit = session.document.edit
    paint.clear_strokes(fresh)
    assert session.document.strokes == () and session.document.edit is edit
    session.undo()
    assert len(session.document.strokes) == 1
    assert paint.commit_edit(fresh)
    assert session.document.strokes == ()
    assert len(session.document.edit.recipe["strokes"]) == 1


def test_a_stroke_on_an_unknown_photo_says_what_it_waits_for(fresh: Editor) -> None:
    said = []
    fresh.message.connect(said.append)
    paint.add_stroke(fresh, stroke_of())
    assert not jobs_of(fresh).submitted
    assert [label for label, _ in said[0].actions] == ["Start projection", "Paint from nothing"]
    said[0].actions[1][1]()
    assert jobs_of(fresh).submitted[-1].request.edit is None


@pytest.mark.behaviour("S6")
def test_from_nothing_sixteen_candidates_are_offered(qapp: object) -> None:
    editor = editor_of(replace(document_of(), blank=True), model_of())
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.add_stroke(editor, stroke_of())
    job = jobs.submitted[-1]
    assert job.request.edit is None and job.request.shown == 16
    painted = jobs.finish(job, seed=5, candidates=16)
    back = paint.results(editor)
    assert len(back.candidates) == 16 and back.candidate_shown() == 0
    assert session.document.edit is painted.edit
    # more strokes: all are tried again until one was chosen
    paint.add_stroke(editor, stroke_of(3))
    assert jobs.submitted[-1].request.edit is None
    jobs.finish(jobs.submitted[-1], seed=9, candidates=16)
    assert len(session.document.edits) == 1
    paint.choose_candidate(editor, 3)
    assert names(editor)[-1] == "Candidate 4" and back.candidate_shown() == 3
    chosen = session.document.edit
    assert len(session.document.edits) == 1
    paint.add_stroke(editor, stroke_of(4))
    assert jobs.submitted[-1].request.edit is chosen
    assert len(back.candidates) == 16
    jobs.finish(jobs.submitted[-1], seed=11)
    assert back.candidates == ()
    session.undo()
    session.undo()  # the choice: the sixteen are back, none chosen
    assert len(back.candidates) == 16 and back.candidate_shown() == 0


def test_the_best_candidate_can_be_confirmed(qapp: object) -> None:
    editor = editor_of(replace(document_of(), blank=True), model_of())
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.add_stroke(editor, stroke_of())
    best = jobs.finish(jobs.submitted[-1], seed=5, candidates=16).edit
    paint.choose_candidate(editor, 0)
    assert names(editor)[-1] == "Scribble"  # it is there already
    paint.add_stroke(editor, stroke_of(2))
    assert jobs.submitted[-1].request.edit is best


# ------------------------------------------------------------------------------ looks
@pytest.mark.behaviour("L2", "U8")
def test_a_drag_is_one_step_committed_with_its_picture(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    for value in (0.2, 0.5, 0.9):
        paint.preview_look(editor, Look().with_slider("pca:1", value))
    jobs.answer()
    assert session.preview_edit is not None
    assert session.preview_edit.look.slider("pca:1") == 0.9
    paint.commit_look(editor, "Slider: Direction 2", Look().with_slider("pca:1", 1.2))
    assert len(names(editor)) == 1  # nothing before its picture is there
    jobs.answer()
    assert names(editor)[1:] == ["Slider: Direction 2"]
    assert session.document.edit.look.slider("pca:1") == 1.2
    assert session.preview_edit is None


def test_a_drag_that_ends_where_its_picture_is_commits_at_once(editor: Editor) -> None:
    look = Look().with_slider("pca:0", 1.0)
    paint.preview_look(editor, look)
    jobs_of(editor).answer()
    paint.commit_look(editor, "Slider: Direction 1", look)
    assert names(editor)[1:] == ["Slider: Direction 1"]


def test_two_quick_gestures_are_two_steps(editor: Editor) -> None:
    jobs = jobs_of(editor)
    paint.commit_look(editor, "Slider: A", Look().with_slider("a", 1.0))
    both = paint.current_look(editor).with_slider("b", 2.0)
    paint.commit_look(editor, "Slider: B", both)
    jobs.answer(0)
    jobs.answer(-1)
    assert names(editor)[1:] == ["Slider: A", "Slider: B"]
    assert editor.document is not None and editor.document.edit.look == both


@pytest.mark.behaviour("C11")
def test_undoing_a_swap_returns_the_former_code(editor: Editor) -> None:
    session = editor.session
    assert session is not None
    former = session.document.edit
    paint.choose_classes(editor, tuple(np.eye(10)[0]), "Class: Ginger")
    jobs_of(editor).answer()
    assert names(editor)[1:] == ["Class: Ginger"]
    session.undo()
    assert session.document.edit is former


def test_undo_before_the_picture_came_wins(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.choose_classes(editor, tuple(np.eye(10)[0]), "Class: Ginger")
    jobs.answer()
    paint.choose_classes(editor, tuple(np.eye(10)[1]), "Class: Cream")
    session.undo()
    jobs.answer()
    assert names(editor) == ["Open chelsea.png", "Class: Ginger"]
    assert session.history.at == 0


@pytest.mark.behaviour("L19")
def test_sliders_work_during_a_projection_and_are_kept(fresh: Editor) -> None:
    jobs, session = jobs_of(fresh), fresh.session
    assert session is not None
    paint.start_projection(fresh)
    job = jobs.submitted[-1]
    jobs.step(job, 3, seed=4)
    look = Look().with_slider("pca:0", 1.5)
    assert paint.preview_look(fresh, look)
    assert jobs.lives[-1].request.edit.base.values is session.preview_edit.base.values
    jobs.answer()
    assert session.preview_edit.look == look
    paint.commit_look(fresh, "Slider: Direction 1", look)
    assert len(names(fresh)) == 1
    jobs.lives.clear()
    jobs.step(job, 4, seed=5)  # newer codes are shown with the slider too
    jobs.step(job, 5, seed=6)
    jobs.answer(0)  # of step 4, when step 5 is there already
    assert session.preview_edit.base.same_as(code_of(5))
    jobs.answer()
    assert session.preview_edit.look == look
    painted = jobs.finish(job, seed=6)
    assert session.document.edit is painted.edit
    jobs.answer()
    assert names(fresh)[1:] == ["Project (w+, 500 steps)", "Slider: Direction 1"]
    assert session.document.edit.look == look
    assert session.document.edit.base is painted.edit.base


@pytest.mark.behaviour("L6")
def test_projecting_again_sets_sliders_to_zero(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    paint.commit_look(editor, "Slider: A", Look().with_slider("a", 1.0))
    jobs.answer()
    paint.start_projection(editor)
    assert jobs.submitted[-1].request.edit is session.document.edit
    jobs.finish(jobs.submitted[-1], seed=5)
    assert session.document.edit.look == Look() and len(session.document.edits) == 1


@pytest.mark.behaviour("L8")
def test_a_sample_is_one_step_with_its_seed(editor: Editor) -> None:
    jobs, session = jobs_of(editor), editor.session
    assert session is not None
    former = session.document.edit
    paint.new_sample(editor, 42)
    jobs.answer()  # the sample itself
    assert len(names(editor)) == 1
    jobs.answer()  # with its truncation
    assert names(editor)[1:] == ["New sample (seed 42)"]
    assert session.document.seed == 42
    assert session.document.edit.look.truncation_psi == 0.7
    session.undo()
    assert session.document.edit is former


def test_a_class_without_a_picture_is_for_the_next_search(fresh: Editor) -> None:
    weights = tuple(float(v) for v in np.eye(10)[3])
    paint.choose_classes(fresh, weights, "Class: Tuxedo")
    assert fresh.document is not None and fresh.document.class_weights == weights
    assert names(fresh)[1:] == ["Class: Tuxedo"]


# ------------------------------------------------------------------------------ place
def test_the_mask_is_that_of_the_edit_too(editor: Editor) -> None:
    session = editor.session
    assert session is not None
    paint.invert_mask(editor)  # from no mask: nothing may change
    assert session.document.mask.is_empty
    paint.invert_mask(editor)
    assert session.document.edit.patch.mask is session.document.mask
    assert (session.document.mask.array() == 255).all()
    paint.clear_mask(editor)
    assert session.document.mask is None and session.document.edit.patch.mask is None
    assert names(editor)[1:] == ["Invert mask", "Invert mask", "Clear mask"]


def test_blending_changes_the_edit_in_one_step(editor: Editor) -> None:
    paint.set_blend(editor, "Blend: keep detail", mode="keep-detail")
    assert editor.document is not None
    assert editor.document.edit.patch.mode == "keep-detail"
    assert editor.projection.mode == "keep-detail"
    paint.set_blend(editor, "Blend: keep detail", mode="keep-detail")
    assert names(editor)[1:] == ["Blend: keep detail"]


@pytest.mark.behaviour("U2")
def test_undo_is_named(editor: Editor, qtbot: QtBot) -> None:
    session = editor.session
    assert session is not None
    paint.add_stroke(editor, stroke_of())
    assert session.history.undo_name == "Scribble"
