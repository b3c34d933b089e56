"""The menu of what ganpaint can be asked: every request, frozen, all by value.

The window submits requests to its worker threads, the command line runs them in a loop, a test
with `list(...)`; all get the same results. A request is its own recipe: document/recipe.py writes
any of them as JSON. `perform` finds the task file of a request, importing it on first use, so
that this module stays free of torch.

Lanes: `engine` requests run on the one thread that owns torch, `files` requests on the file
thread. A task is a generator: it yields Progress and returns the result type named in the
request's docstring.
"""

from __future__ import annotations

import importlib
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ganpaint.document.document import Edit, Look
from ganpaint.document.history import History
from ganpaint.document.stroke import Stroke
from ganpaint.latent import Code
from ganpaint.picture.composite import Patch
from ganpaint.picture.frame import Frame
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.progress import Progress

if TYPE_CHECKING:
    from ganpaint.model_info import ModelInfo
    from ganpaint.tasks.studio import Studio


@dataclass(frozen=True, slots=True)
class Blend:
    """How a new patch sits in its photo; see picture/composite.Patch for the fields."""

    mode: str = "replace"
    feather: float = 2.0
    strength: float = 1.0
    opacity: float = 1.0


# ---------------------------------------------------------------- engine lane: painting
@dataclass(frozen=True, slots=True, eq=False)
class ProjectRequest:
    """Find a code whose picture looks like the photo inside the frame. Yields Step → `Painted`.

    Attributes:
        model: content hash, catalogue name or path.
        space: "z", "w" or "w+".
        terms: (loss name, weight) pairs; names of engine/losses.LOSSES.
        regularisers: (name, weight) pairs: "prior" (P-norm), "spread".
        steps, starts, samples: search length; starts in one batch; samples tried for the starts.
        seed: everything random follows from it.
        class_weights: class mix to project with; None draws the starts from all classes.
        start: a code to begin from instead of samples.
        edit: an edit whose place (id, name) the result takes; None makes a new one.
    """

    lane: ClassVar[str] = "engine"
    model: str
    photo: Photo
    frame: Frame
    mask: Mask | None = None
    space: str = "w+"
    terms: tuple[tuple[str, float], ...] = (("logcosh", 3.0), ("lpips", 1.0))
    regularisers: tuple[tuple[str, float], ...] = (("prior", 0.01), ("spread", 0.001))
    steps: int = 300
    starts: int = 1
    samples: int = 64
    seed: int = 0
    class_weights: tuple[float, ...] | None = None
    start: Code | None = None
    edit: Edit | None = None
    blend: Blend = Blend()


@dataclass(frozen=True, slots=True, eq=False)
class ScribbleRequest:
    """Make colour strokes real. Yields Step → `Painted`.

    With `edit` the search starts at its code and stays close to it; without, the best of
    `samples` samples of the chosen class are refined, `shown` of them returned as candidates.
    `painted` (command line) is a picture the size of the photo: what is not transparent in it
    constrains like strokes, one stroke a connected region.
    """

    lane: ClassVar[str] = "engine"
    model: str
    photo: Photo
    frame: Frame
    strokes: tuple[Stroke, ...] = ()
    painted: Photo | None = None
    mask: Mask | None = None
    edit: Edit | None = None
    space: str = "w+"
    stay_close: float = 0.3
    steps: int = 60
    samples: int = 64
    shown: int = 16
    seed: int = 0
    class_weights: tuple[float, ...] | None = None
    truncation_psi: float = 0.7
    blend: Blend = Blend()


@dataclass(frozen=True, slots=True, eq=False)
class RenderRequest:
    """Lay a look (class mix, sliders, truncation) over an edit's base code → `Painted`.

    With `draft` a rough picture will do where the model is slow; its report says so then.
    """

    lane: ClassVar[str] = "engine"
    model: str
    edit: Edit
    look: Look
    draft: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SampleRequest:
    """A new sample in the frame → `Painted`."""

    lane: ClassVar[str] = "engine"
    model: str
    frame: Frame
    seed: int
    mask: Mask | None = None
    class_weights: tuple[float, ...] | None = None
    truncation_psi: float = 0.7
    edit: Edit | None = None
    blend: Blend = Blend()


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """Result of the painting requests.

    Attributes:
        edit: the finished edit: its picture is the picture of its code.
        report: losses by step, best step, seconds, settings, machine, threads (JSON-ready).
        candidates: edits of the other results, best first (scribbles from nothing; starts).
    """

    edit: Edit
    report: dict[str, Any]
    candidates: tuple[Edit, ...] = ()


# ---------------------------------------------------------------- engine lane: codes → pictures
@dataclass(frozen=True, slots=True, eq=False)
class CodesRequest:
    """Pictures of codes → `Pictures`."""

    lane: ClassVar[str] = "engine"
    model: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SwapRequest:
    """A code carried to another class mix, pose kept (METHODS 3.3 B) → `Pictures` (one)."""

    lane: ClassVar[str] = "engine"
    model: str
    code: Code
    look: Look


@dataclass(frozen=True, slots=True, eq=False)
class SheetRequest:
    """Samples by class: a class a column (one column for models without) → `Pictures`."""

    lane: ClassVar[str] = "engine"
    model: str
    rows: int = 8
    seed: int = 0
    truncation_psi: float = 1.0
    classes: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class InterpolateRequest:
    """Pictures between two codes at equal perceptual steps (METHODS 2.6) → `Pictures`."""

    lane: ClassVar[str] = "engine"
    model: str
    first: Code
    last: Code
    frames: int = 24


@dataclass(frozen=True, slots=True, eq=False)
class ThumbnailsRequest:
    """One picture a class, cached on disk by the model's hash → `Pictures`, in class order.

    Yields Progress; with `classes` only those (in view order).
    """

    lane: ClassVar[str] = "engine"
    model: str
    classes: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SlidersRequest:
    """The model's first PCA directions → `Sliders`; with `edit`, pictures at -2 σ and +2 σ."""

    lane: ClassVar[str] = "engine"
    model: str
    count: int = 12
    edit: Edit | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """Codes and their pictures, each (R, R, 3) uint8, read-only."""

    codes: tuple[Code, ...]
    pictures: tuple[np.ndarray, ...]
    columns: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Slider:
    """One direction: id (stable for a model), shown name, share of the variance it explains."""

    id: str
    name: str
    share: float
    low: np.ndarray | None = None
    high: np.ndarray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sliders:
    """The sliders of a model, strongest first."""

    model: str
    sliders: tuple[Slider, ...]


# ---------------------------------------------------------------- engine lane: models
@dataclass(frozen=True, slots=True)
class WarmUp:
    """Load torch and run one forward and backward → None. The engine worker's first job."""

    lane: ClassVar[str] = "engine"


@dataclass(frozen=True, slots=True)
class OpenModel:
    """Load a model (name, hash or path) with its calibration → `ModelInfo`."""

    lane: ClassVar[str] = "engine"
    model: str


@dataclass(frozen=True, slots=True)
class InspectModel:
    """What is in a model file → JSON-ready dict: facts, shapes, statistics; or, of a file that
    is refused, why ("opened" is False) and what it asks to run."""

    lane: ClassVar[str] = "engine"
    model: str


@dataclass(frozen=True, slots=True)
class ConvertModel:
    """Write a model in another form → `Converted`.

    `form`: "ganpaint" (half precision), "ganpaint-float32", "rosinality" or "nvidia"; "" = by the
    path's ending.
    """

    lane: ClassVar[str] = "engine"
    model: str
    path: Path
    form: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """A converted model: its file, its family, and what the form cannot hold, as sentences."""

    path: Path
    family: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CardRequest:
    """Facts of a model and a sheet of 4 x 4 of its samples, kept on disk → `Card`.

    The model is not measured and not kept in memory. `hash`: its content hash where it is known,
    so that nothing needs to be loaded for a card that was made before. `of_class`: the index of
    the only class on the sheet. `nearest`: the picture beside the model that is to be read too.
    """

    lane: ClassVar[str] = "engine"
    model: str
    hash: str = ""
    of_class: int | None = None
    nearest: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A model's facts, its sheet (S, S, 3) uint8, read-only, and what its file does not say."""

    info: ModelInfo
    sheet: np.ndarray
    questions: tuple[str, ...] = ()
    nearest: np.ndarray | None = None  # (2 · s, n · s, 3): samples, their nearest training pictures


@dataclass(frozen=True, slots=True)
class AnswerModel:
    """Keep what a file does not say, for all copies of its weights → `ModelInfo`, read anew.

    `answers`: ("c_dim" | "BN_eps" | "SN_eps", number) pairs. What was measured before is dropped.
    """

    lane: ClassVar[str] = "engine"
    model: str
    answers: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class AddModel:
    """Look whether a file or folder can be opened, and copy it to the user's models → `Added`."""

    lane: ClassVar[str] = "engine"
    path: Path


@dataclass(frozen=True, slots=True)
class Added:
    """An added model and its place; `is_new` is False where the same weights were there before."""

    info: ModelInfo
    path: Path
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """Train a generator on pictures, in a process of its own. Yields TrainProgress → `Trained`.

    Attributes:
        source: folder or zip; its first level of folders are the classes.
        out: name in the user's model folder, or a path.
        resolution: R; 0 = that of `base`, else 64. minutes, kimg: length; one is positive.
        resume: go on with the last checkpoint of `out`. dedupe: leave exact duplicates out.
        base: a model to start from (name, hash or path), or "". seed: of the run.
        batch: pictures a step; 0 = 8 on a processor, 32 on a graphics card.
        threads: 0 = all cores but one (1 of several). licence, title: for the model card.
        precision: "auto", "fp32" or "bf16". augment: "auto" or "off".
    """

    lane: ClassVar[str] = "engine"
    source: Path
    out: str
    resolution: int = 0
    minutes: float = 0.0
    kimg: float = 0.0
    resume: bool = False
    base: str = ""
    dedupe: bool = False
    batch: int = 0
    seed: int = 0
    threads: int = 0
    precision: str = "auto"
    augment: str = "auto"
    licence: str = ""
    title: str = ""

    @property
    def name(self) -> str:
        """Of the run and of the model."""
        return Path(self.out).name.removesuffix(".safetensors")


@dataclass(frozen=True, slots=True)
class Trained:
    """A finished run: the bundle's path, its name and the figures of its card."""

    path: Path
    name: str
    figures: dict[str, Any]


# ---------------------------------------------------------------- file lane
@dataclass(frozen=True, slots=True)
class CheckPictures:
    """Look at the pictures of a folder or zip before training on them → `Checked`.

    The decoded pictures stay in the cache: a training with the same settings begins at once.
    """

    lane: ClassVar[str] = "files"
    source: Path
    resolution: int = 64
    dedupe: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """How many pictures are usable, their classes, and what was found wrong, as sentences."""

    count: int
    class_names: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenPhoto:
    """Read a picture → `Photo`. `partial`: open the rows a truncated file has."""

    lane: ClassVar[str] = "files"
    path: Path
    partial: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CompositeRequest:
    """The full-size result → (H, W, C) array of the photo's own dtype and channels."""

    lane: ClassVar[str] = "files"
    photo: Photo
    patches: tuple[Patch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ExportRequest:
    """Write the composite → `Written` (picture/exporters).

    `options`: "quality" (1…100), "lossless" (WebP).
    """

    lane: ClassVar[str] = "files"
    photo: Photo
    patches: tuple[Patch, ...]
    path: Path
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SaveProject:
    """Write a project → its path. `view`: zoom and centre, JSON-ready."""

    lane: ClassVar[str] = "files"
    history: History
    path: Path
    view: dict[str, Any]
    model_name: str = ""


@dataclass(frozen=True, slots=True)
class OpenProject:
    """Read a project → `Project` (document/project.py)."""

    lane: ClassVar[str] = "files"
    path: Path
    partial: bool = False


Request = (
    ProjectRequest
    | ScribbleRequest
    | RenderRequest
    | SampleRequest
    | CodesRequest
    | SwapRequest
    | SheetRequest
    | InterpolateRequest
    | ThumbnailsRequest
    | SlidersRequest
    | WarmUp
    | OpenModel
    | InspectModel
    | ConvertModel
    | CardRequest
    | AnswerModel
    | AddModel
    | TrainRequest
    | CheckPictures
    | OpenPhoto
    | CompositeRequest
    | ExportRequest
    | SaveProject
    | OpenProject
)

# request type → task module under ganpaint.tasks; each has `run(request, studio)`
TASKS: dict[type, str] = {
    ProjectRequest: "project",
    ScribbleRequest: "scribble",
    RenderRequest: "render",
    SampleRequest: "render",
    CodesRequest: "render",
    SwapRequest: "render",
    SheetRequest: "sheet",
    InterpolateRequest: "sheet",
    ThumbnailsRequest: "sheet",
    SlidersRequest: "sliders",
    WarmUp: "models",
    OpenModel: "models",
    InspectModel: "models",
    ConvertModel: "models",
    CardRequest: "cards",
    AnswerModel: "answer_model",
    AddModel: "add_model",
    TrainRequest: "train",
    CheckPictures: "pictures",
    OpenPhoto: "files",
    CompositeRequest: "files",
    ExportRequest: "files",
    SaveProject: "files",
    OpenProject: "files",
}


def perform(request: Request, studio: Studio) -> Generator[Progress, None, Any]:
    """The running task of a request; nothing is imported before the first `next`."""
    module = importlib.import_module(f"ganpaint.tasks.{TASKS[type(request)]}")
    result: Any = yield from module.run(request, studio)
    return result


def finish(request: Request, studio: Studio) -> Any:
    """Run a request to its end and return its result; for scripts and tests."""
    task = perform(request, studio)
    while True:
        try:
            next(task)
        except StopIteration as end:
            return end.value
