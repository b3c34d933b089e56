"""What searches bring back: previews while they run, commits when they end, late results.

**Late results** (ARCHITECTURE 5): when a job ends, the parts it used are compared with the present
document by identity. Same: the result takes its place. Changed meanwhile: a projection arrives as
a new layer named after the job. Nothing ever overwrites newer work.

**Strokes.** A stroke is one undo step from the moment it is released; the search that makes it
real completes that same step (`Session.revise`). A stroke painted while one is followed ends that
search with its best and goes on from there; undo ends it and forgets its result; redo takes it up
again. Strokes painted during a projection wait for its end.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganpaint.document.document import Document, Edit, Look, new_id, previewed
from ganpaint.document.history import History
from ganpaint.progress import Step
from ganpaint.tasks.requests import Painted, ProjectRequest, ScribbleRequest
from ganpaint.ui.asking import begun, current_edit, resolution, scribble_request
from ganpaint.ui.looks import Looks
from ganpaint.ui.messages import Message
from ganpaint.ui.miniature import miniature

if TYPE_CHECKING:
    from ganpaint.jobs.jobs import Job
    from ganpaint.ui.editor import Editor
    from ganpaint.ui.session import Session

PROJECT, SCRIBBLE = "project", "scribble"
DETAIL = "detail"  # key of the message that a projected photo keeps its own detail
MOST_SETS = 50  # candidates of so many searches are kept


@dataclass(slots=True, eq=False)
class Run:
    """A search on its way.

    Attributes:
        job, session: which, and for whom.
        document: the state it began from.
        begun: the edit its previews are shown in.
        best: that edit with the best code and picture so far, or None.
        step: the last step reported.
        name: of the undo step made at its end; "" completes the step it began in.
        again: strokes were added meanwhile, follow them at its end.
    """

    job: Job
    session: Session
    document: Document
    begun: Edit
    best: Edit | None = None
    step: Step | None = None
    name: str = ""
    again: bool = False

    @property
    def is_projection(self) -> bool:
        """Whether it projects the photo (else it follows strokes)."""
        return isinstance(self.job.request, ProjectRequest)


@dataclass(slots=True, eq=False)
class Candidates:
    """What one search found, best first, to choose from.

    Attributes:
        edits: the first one is that of the document.
        fresh: from nothing: as long as none was chosen, more strokes try them all again.
    """

    edits: tuple[Edit, ...]
    fresh: bool

    def place(self, edit: Edit | None) -> int:
        """Which candidate an edit began as, -1 for none."""
        found = (i for i, c in enumerate(self.edits) if edit is not None and c.base is edit.base)
        return next(found, -1)


class Results(QObject):
    """One for the program; `ui/commands/paint.py` is how others reach it."""

    runChanged = Signal()  # a search began, paused, ended
    stepped = Signal(object)  # Step of the search that is shown
    candidatesChanged = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__(editor)
        self.setObjectName("results")
        self._editor = editor
        self._runs: dict[int, Run] = {}
        self._unfinished: list[Document] = []  # states whose strokes were never made real
        self._sets: list[Candidates] = []
        self._waits_for_look = False
        self._said: set[str] = set()
        self.report: dict[str, object] = {}  # of the last search
        self.looks = Looks(editor, self._best, self)
        self.looks.changed.connect(self._look_ended)
        editor.jobs.changed.connect(self._state_changed)
        editor.jobs.progressed.connect(self._progressed)
        editor.jobs.ended.connect(self._ended)
        editor.documentChanged.connect(self._document_changed)
        editor.sessionChanged.connect(self._session_changed)

    # ------------------------------------------------------------------------------ state
    @property
    def run(self) -> Run | None:
        """The search of the open document that was asked for last."""
        mine = [r for r in self._runs.values() if r.session is self._editor.session]
        return mine[-1] if mine else None

    @property
    def projection(self) -> Run | None:
        """The projection of the open document that runs, waits or rests, or None."""
        run = self.run
        return run if run is not None and run.is_projection else None

    def _best(self) -> Edit | None:
        run = self.projection
        return run.best if run is not None else None

    def begin(self, job: Job, document: Document, name: str = "") -> Run:
        """Watch a search that was submitted."""
        session = self._editor.session
        assert session is not None
        shown = begun(job.request, resolution(self._editor))
        run = self._runs[job.id] = Run(job, session, document, shown, name=name)
        self.runChanged.emit()
        return run

    def say_once(self, key: str, message: Message) -> None:
        """Say something no more than once a program."""
        if key not in self._said:
            self._said.add(key)
            self._editor.say(message)

    # ------------------------------------------------------------------------------ strokes
    def follow(self, *, name: str = "", edit: Edit | None = None, fresh: bool = False) -> bool:
        """Make the strokes of the present document real.

        Args:
            name: of an undo step of its own; "" completes the present one.
            edit: what to start from in place of the document's own edit.
            fresh: from nothing, even on a photo.

        Returns:
            Whether a search was asked for, now or at the end of the present one.
        """
        session = self._editor.session
        if session is None:
            return False
        document = session.document
        if not any(stroke.visible for stroke in document.strokes):
            return False
        run = self.run
        if run is not None:
            if run.is_projection:
                return True  # they join when it ends
            run.again = True
            self._editor.jobs.stop(run.job.id, keep=True)
            return True
        start = edit or current_edit(self._editor, document)
        if fresh or (start is not None and self._is_open(start)):
            start = None
        request = scribble_request(self._editor, document, start)
        job = self._editor.jobs.submit("Scribble", request, base=document, tag=SCRIBBLE)
        self.begin(job, document, name)
        return True

    # ------------------------------------------------------------------------------ candidates
    def _offered(self) -> Candidates | None:
        """The candidates that the present edit is one of."""
        edit = self._editor.document.edit if self._editor.document else None
        return next((s for s in reversed(self._sets) if s.place(edit) >= 0), None)

    @property
    def candidates(self) -> tuple[Edit, ...]:
        """What can be put in the place of the present edit, best first; () for none."""
        offered = self._offered()
        return offered.edits if offered is not None else ()

    def candidate_shown(self) -> int:
        """Which candidate the document shows, -1 for none."""
        offered = self._offered()
        edit = self._editor.document.edit if self._editor.document else None
        return offered.place(edit) if offered is not None else -1

    def choose(self, index: int) -> None:
        """Put a candidate on the canvas: one undo step."""
        session, offered = self._editor.session, self._offered()
        if session is None or offered is None or not 0 <= index < len(offered.edits):
            return
        offered.fresh = False
        edit = current_edit(self._editor)
        if offered.place(edit) == index:
            return
        chosen = offered.edits[index]
        if edit is not None:
            chosen = replace(chosen, id=edit.id, name=edit.name)
        session.commit(f"Candidate {index + 1}", session.document.with_edit(chosen))

    def _is_open(self, edit: Edit) -> bool:
        """Whether an edit is the best of candidates that nobody chose from or changed."""
        return any(s.fresh and s.place(edit) == 0 for s in self._sets) and edit.look == Look()

    def _offer(self, edits: tuple[Edit, ...], *, fresh: bool = False) -> None:
        if len(edits) > 1:
            self._sets = [*self._sets[1 - MOST_SETS :], Candidates(edits, fresh)]
        self.candidatesChanged.emit()

    # ------------------------------------------------------------------------------ news
    @Slot(object)
    def _state_changed(self, job: Job) -> None:
        if job.id in self._runs:
            self.runChanged.emit()

    @Slot(object, object)
    def _progressed(self, job: Job, progress: object) -> None:
        run = self._runs.get(job.id)
        if run is None or not isinstance(progress, Step):
            return
        run.step = progress
        if run is self.run:
            self.stepped.emit(progress)
        if progress.code is None or progress.preview is None:
            return
        run.best = previewed(run.begun, progress.code, progress.preview)
        shown = run.session is self._editor.session and run is self.run
        if not shown or (not run.is_projection and run.session.document is not run.document):
            self._editor.jobs.acknowledge()  # nobody paints it
        else:
            self._show_best(run)

    @Slot(object)
    def _ended(self, job: Job) -> None:
        run = self._runs.pop(job.id, None)
        if run is None:
            return
        if run.session is not self._editor.session:  # closed, and deleted by now
            self.runChanged.emit()
            return
        run.session.preview(None)
        edit: Edit | None = None
        if job.error is not None:
            self.looks.kept = None
            self._editor.problem(job.error)
        elif isinstance(job.result, Painted) and not job.stop.discarding:
            self.report = job.result.report
            if run.is_projection:
                self._projected(run, job.result)
            else:
                edit = self._scribbled(run, job.result)
        elif run.is_projection:
            self.looks.kept = None
        if run.again:
            self.follow(edit=edit)
        self._take_up()
        self.runChanged.emit()

    def _take_up(self) -> None:
        """Strokes whose search was given up by undo are followed when redo brings them back."""
        document = self._editor.document
        if self.run is None and any(document is d for d in self._unfinished):
            self._unfinished = [d for d in self._unfinished if d is not document]
            self.follow()

    def _projected(self, run: Run, painted: Painted) -> None:
        request = run.job.request
        session, edit = run.session, painted.edit
        document = session.document
        steps = painted.report.get("steps", request.steps)
        name = f"Project ({request.space}, {steps} steps)"
        if _same_place(document, request) and self._same_edit(document, request.edit):
            self._offer((edit, *painted.candidates))
        else:
            edit = replace(edit, id=new_id(), name=name)
            late = "What it used was changed meanwhile, and newer work is never replaced."
            self._editor.say(Message("info", "The projection arrived as a new layer.", late))
        session.commit(name, document.with_edit(edit))
        if edit.patch.mode == "keep-detail":
            self._tell_of_detail()
        self._waits_for_look = self.looks.kept is not None
        self.looks.after_projection()
        if not self._waits_for_look:
            self._use_strokes()

    def _same_edit(self, document: Document, edit: Edit | None) -> bool:
        return current_edit(self._editor, document) is edit

    def _tell_of_detail(self) -> None:
        model = self._editor.model
        choose = ", choose a class" if model is not None and len(model.class_names) > 1 else ""
        words = (
            f"Paint{choose} or move a slider: only the change is laid over the photo. "
            "Compare with the model's picture by Blend, Replace in the frame's options."
        )
        title = "The photo is projected, and its own detail is kept."
        self.say_once(DETAIL, Message("info", title, words, key=DETAIL))

    def _use_strokes(self) -> None:
        self._waits_for_look = False
        if self._editor.projection.use_strokes:
            self.follow(name="Scribble")

    @Slot()
    def _look_ended(self) -> None:
        if self._waits_for_look and not self.looks.is_busy:
            self._use_strokes()

    def _scribbled(self, run: Run, painted: Painted) -> Edit:
        """Complete every state that the search speaks of; newer strokes start from the result."""
        session, edit = run.session, painted.edit
        request: ScribbleRequest = run.job.request
        former = run.document.edit
        if request.edit is None and former is not None and self._is_open(former):
            edit = replace(edit, id=former.id, name=former.name)
        if run.name:
            if session.document is run.document:
                session.commit(run.name, run.document.with_edit(edit))
        else:
            session.revise(_completed(session.history, run.document, edit))
        if request.edit is None:
            self._offer(painted.candidates, fresh=True)
        return edit

    # ------------------------------------------------------------------------------ the document
    @Slot(object, object)
    def _document_changed(self, old: object, new: object) -> None:
        run = self.run
        session = self._editor.session
        if session is None or not isinstance(new, Document):
            return
        if run is not None and not run.is_projection and run.session is session:
            place = _place_of(session.history, run.document)
            if place is None or place > session.history.at:  # undone: forget its result
                run.again = False
                self._unfinished.append(run.document)
                self._editor.jobs.stop(run.job.id, keep=False)
        if run is not None and run.is_projection and run.best and session.preview_edit is None:
            self._show_best(run)  # another state of the document: the search is still watched
        self._take_up()
        self.candidatesChanged.emit()

    def _show_best(self, run: Run) -> None:
        if not run.is_projection or not self.looks.over_best():
            run.session.preview(run.best)

    @Slot(object)
    def _session_changed(self, session: object) -> None:
        for run in list(self._runs.values()):
            if run.session is not session:
                self._editor.jobs.stop(run.job.id, keep=False)
        self._unfinished.clear()
        self.looks.kept = None
        self._sets.clear()
        self.candidatesChanged.emit()
        self.runChanged.emit()

    # ------------------------------------------------------------------------------ steering
    def stop(self, *, keep: bool = True) -> None:
        """End the search that runs: with its best, or as if it had never begun."""
        if self.run is not None:
            self._editor.jobs.stop(self.run.job.id, keep=keep)


def _same_place(document: Document, request: ProjectRequest) -> bool:
    return (
        document.photo is request.photo
        and document.frame == request.frame
        and document.mask is request.mask
    )


def _place_of(history: History, document: Document) -> int | None:
    return next((i for i, s in enumerate(history.states) if s.document is document), None)


def _completed(history: History, began: Document, edit: Edit) -> History:
    """The history with `edit` in every state that has the parts the search began from."""
    at = history.at
    for i, state in enumerate(history.states):
        document = state.document
        if (
            document.strokes is began.strokes
            and document.edits is began.edits
            and document.mask is began.mask
            and document.frame == began.frame
            and document.photo is began.photo
        ):
            done = document.with_edit(edit)
            history = history.jump(i).amend(done, miniature(done))
    return history.jump(at)
