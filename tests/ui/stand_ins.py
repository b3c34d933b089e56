"""Stand-ins for the parts beside the docks: jobs that a test ends by hand, a small document."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganpaint.document.document import Document, Edit, Look, new_id
from ganpaint.document.stroke import Stroke
from ganpaint.jobs.jobs import Job, JobState
from ganpaint.latent import Code, Space
from ganpaint.model_info import Capability, ModelInfo, Offer
from ganpaint.picture.brush import Brush
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.photo import Photo
from ganpaint.progress import Step
from ganpaint.tasks.requests import (
    Painted,
    Pictures,
    ProjectRequest,
    RenderRequest,
    SampleRequest,
    ScribbleRequest,
    Slider,
    Sliders,
    SlidersRequest,
    ThumbnailsRequest,
)
from ganpaint.ui.editor import Editor

R = 16
HASH = "ab" * 32
NAMES = (
    "Ginger",
    "Cream",
    "Black",
    "Tuxedo",
    "White",
    "Blue",
    "Brown tabby",
    "Silver tabby",
    "Tortoiseshell",
    "Colourpoint",
)


def picture_of(seed: int, side: int = R) -> np.ndarray:
    """A picture (R, R, 3) uint8 that is another one for every seed."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 255, (2, 3))
    ramp = np.linspace(0, 1, side)[:, None, None]
    picture = np.broadcast_to(a * (1 - ramp) + b * ramp, (side, side, 3)).astype(np.uint8)
    picture.flags.writeable = False
    return picture


def wide(picture: np.ndarray) -> np.ndarray:
    """The same as uint16."""
    return picture.astype(np.uint16) * np.uint16(257)


def code_of(seed: int) -> Code:
    values = np.random.default_rng(seed).normal(size=(4, 8))
    return Code(Space.W_PLUS, values, HASH, c=np.eye(len(NAMES))[seed % len(NAMES)])


def edit_of(seed: int, frame: Frame, name: str = "Projection", **patch: Any) -> Edit:
    code = code_of(seed)
    picture = wide(picture_of(seed))
    placed = Patch(picture, patch.pop("rec", picture), frame, **patch)
    return Edit(new_id(), name, HASH, placed, base=code, code=code)


def photo_of(width: int = 80, height: int = 60) -> Photo:
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([x * 3, y * 4, (x + y) * 2], 2).astype(np.uint8)
    return Photo.make(pixels, "RGB")


def document_of(edit: bool = False) -> Document:
    photo = photo_of()
    frame = Frame(40, 30, 48)
    document = Document(photo, frame)
    return document.with_edit(edit_of(1, frame)) if edit else document


def stroke_of(seed: int = 0, **fields: Any) -> Stroke:
    samples = np.array([[30, 20, 1, 0], [40 + seed, 35, 1, 0.1]], np.float32)
    return Stroke(new_id(), samples, np.array([1, 1, 0.9]), Brush(size=8), **fields)


def model_of(classes: tuple[str, ...] = NAMES) -> ModelInfo:
    offers = [Offer("space", space, space, f"The space {space}.") for space in ("z", "w", "w+")]
    offers += [
        Offer("loss", "logcosh", "Log-cosh", "Pixels, gently."),
        Offer("loss", "lpips", "LPIPS", "What people call alike."),
        Offer("loss", "laplacian", "Laplacian", "Pixels by scale."),
        Offer("loss", "discriminator", "Discriminator", "Its features.", False, "It has none."),
    ]
    can = {Capability.W_SPACE, Capability.TRUNCATION, Capability.STYLE_MIXING}
    if classes:
        can.add(Capability.CLASSES)
    return ModelInfo(
        family="stylegan2",
        z_dim=8,
        c_dim=len(classes),
        w_dim=8,
        num_ws=4,
        resolution=R,
        channels=3,
        class_names=classes,
        capabilities=frozenset(can),
        offers=tuple(offers),
        name="cats-64",
        hash=HASH,
    )


@dataclass
class Live:
    key: str
    request: Any


class HandJobs(QObject):
    """Jobs that do nothing until the test says how they end."""

    changed = Signal(object)
    progressed = Signal(object, object)
    ended = Signal(object)
    live_result = Signal(str, object)
    live_failed = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[Job] = []
        self.lives: list[Live] = []
        self.painted = 0

    # ------------------------------------------------------------------ as Jobs
    def submit(self, title: str, request: Any, base: Any = None, tag: str = "") -> Job:
        job = Job(len(self.submitted) + 1, title, request, base, tag)
        self.submitted.append(job)
        self.changed.emit(job)
        return job

    def live(self, key: str, request: Any) -> None:
        self.lives.append(Live(key, request))

    def acknowledge(self) -> None:
        self.painted += 1

    def pause(self, job_id: int) -> None:
        self.enter(self.job(job_id), JobState.PAUSED)

    def resume(self, job_id: int) -> None:
        self.enter(self.job(job_id), JobState.RUNNING)

    def stop(self, job_id: int, keep: bool = True) -> None:
        job = self.job(job_id)
        if keep:
            job.stop.keep_best()
        else:
            job.stop.discard()

    def running(self, lane: str = "engine") -> Job | None:
        return next((j for j in self.submitted if j.state in ("running", "paused")), None)

    @property
    def jobs(self) -> tuple[Job, ...]:
        return tuple(j for j in self.submitted if not j.state.over)

    # ------------------------------------------------------------------ by the test
    def job(self, job_id: int) -> Job:
        return self.submitted[job_id - 1]

    def of(self, kind: type) -> list[Job]:
        """All jobs submitted of one kind of request, oldest first."""
        return [job for job in self.submitted if isinstance(job.request, kind)]

    def enter(self, job: Job, state: JobState) -> None:
        job.state = state
        self.changed.emit(job)

    def step(self, job: Job, step: int, seed: int, total: int = 250) -> Step:
        if job.state == "queued":
            self.enter(job, JobState.RUNNING)
        progress = Step(
            done=step,
            total=total,
            seconds=step / 30,
            remaining=(total - step) / 30,
            step=step,
            losses={"logcosh": 0.1, "lpips": 0.08, "prior": 0.004},
            best_step=step,
            best_loss=0.184,
            start_losses=(0.184, 0.231, 0.268, float("nan")),
            code=code_of(seed),
            preview=picture_of(seed),
            start_previews=tuple(picture_of(seed + i) for i in range(4)),
        )
        job.progress = progress
        self.progressed.emit(job, progress)
        return progress

    def end(self, job: Job, result: Any = None, error: Any = None) -> None:
        job.result, job.error = result, error
        state = JobState.STOPPED if job.stop.requested else JobState.DONE
        self.enter(job, JobState.FAILED if error is not None else state)
        self.ended.emit(job)

    def finish(self, job: Job, seed: int, candidates: int = 0) -> Painted:
        """End a painting job with a made-up result, as the task would return it."""
        painted = painted_of(job.request, seed, candidates)
        self.end(job, painted)
        return painted

    def answer(self, at: int = -1) -> Any:
        """Serve one live request and forget the others of its key."""
        live = self.lives.pop(at)
        result = painted_of(live.request, 7)
        self.live_result.emit(live.key, result)
        return result


def painted_of(request: Any, seed: int, candidates: int = 0) -> Painted:
    if isinstance(request, RenderRequest):
        edit, look = request.edit, request.look
        values = edit.base.values + np.float32(sum(v for _, v in look.sliders))
        code = edit.base if look == Look() else replace(edit.base, values=values)
        shade = int(abs(hash(look)) % 255)
        picture = np.full((R, R, 3), shade * 257, np.uint16)
        patch = replace(edit.patch, picture=picture)
        return Painted(replace(edit, code=code, look=look, patch=patch), {})
    if isinstance(request, SampleRequest):
        made = edit_of(request.seed, request.frame, f"Sample {request.seed}", rec=None)
    else:
        blend = request.blend
        extra = {"rec": None} if isinstance(request, ScribbleRequest) else {}
        made = edit_of(
            seed, request.frame, mask=request.mask, mode=blend.mode, feather=blend.feather, **extra
        )
    if request.edit is not None:
        made = replace(made, id=request.edit.id, name=request.edit.name)
    others = tuple(edit_of(seed + i, request.frame, rec=None) for i in range(1, candidates))
    first = (made,) if isinstance(request, ScribbleRequest) and candidates else ()
    steps = getattr(request, "steps", 0)
    return Painted(made, {"steps": steps, "seconds": 1.0}, (*first, *others))


def background_of(request: Any) -> Any:
    """What a background request returns."""
    if isinstance(request, ThumbnailsRequest):
        wanted = request.classes if request.classes is not None else range(len(NAMES))
        return Pictures(
            tuple(code_of(k) for k in wanted), tuple(picture_of(100 + k) for k in wanted)
        )
    assert isinstance(request, SlidersRequest)
    made = tuple(
        Slider(
            f"pca:{i}",
            f"Direction {i + 1}",
            0.3 / (i + 1),
            *((picture_of(200 + i), picture_of(300 + i)) if request.edit else (None, None)),
        )
        for i in range(request.count)
    )
    return Sliders(HASH, made)


class NoModels:
    """A catalogue without models."""

    entries: tuple[Any, ...] = ()


def editor_of(document: Document | None = None, model: ModelInfo | None = None) -> Editor:
    """An editor with hand-driven jobs."""
    editor = Editor(HandJobs(), NoModels())  # type: ignore[arg-type]
    if model is not None:
        editor.set_model(model)
    if document is not None:
        editor.open_session(document, name="chelsea.png")
    return editor


def jobs_of(editor: Editor) -> HandJobs:
    assert isinstance(editor.jobs, HandJobs)
    return editor.jobs


def is_project(job: Job) -> bool:
    return isinstance(job.request, ProjectRequest)
