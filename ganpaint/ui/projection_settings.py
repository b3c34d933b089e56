"""Settings of a projection as one value, and the presets of METHODS 1.13.

What is chosen here becomes a `ProjectRequest` in ui/commands/paint.py. A preset sets objective,
space, steps and starts; changing any of them leaves it ("" = own settings).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ganpaint.paths import cache_dir
from ganpaint.picture.composite import default_blend_mode
from ganpaint.picture.frame import Frame
from ganpaint.tasks.requests import Blend
from ganpaint.tasks.studio import estimate

Weights = tuple[tuple[str, float], ...]

SPACES = ("z", "w", "w+")
MOST_STEPS, MOST_STARTS = 1000, 16  # of dragging; more can be typed
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Preset:
    """One named way to search: the fields of `ProjectionSettings` that it sets."""

    key: str
    title: str
    sentence: str
    space: str
    terms: Weights
    regularisers: Weights
    steps: int
    starts: int
    samples: int


PRESETS: tuple[Preset, ...] = (
    Preset(
        "fast",
        "Fast",
        "One start, few steps: a first look.",
        "w+",
        (("logcosh", 3.0), ("lpips", 1.0)),
        (("prior", 0.01), ("spread", 0.001)),
        100,
        1,
        64,
    ),
    # benchmarks/projection: at equal seconds one start for longer beats several, and a pyramid
    # term or a weaker prior brings nothing but codes that are harder to edit
    Preset(
        "faithful",
        "Faithful",
        "The best of 64 samples, searched until it is close.",
        "w+",
        (("logcosh", 3.0), ("lpips", 1.0)),
        (("prior", 0.01), ("spread", 0.001)),
        500,
        1,
        64,
    ),
    Preset(
        "hard",
        "Hard case",
        "Many starts and mostly a perceptual measure, for photos the model hardly knows.",
        "w+",
        (("l1", 1.0), ("lpips", 10.0)),
        (("prior", 0.003), ("spread", 0.001)),
        800,
        8,
        256,
    ),
)


@dataclass(frozen=True, slots=True)
class ProjectionSettings:
    """What the next projection does, and how its result sits in the photo.

    Attributes:
        preset: key of the preset these settings are, "" where something was changed.
        space, terms, regularisers, steps, starts, samples, seed: as in ProjectRequest.
        mode: "replace", "keep-detail" or "auto" (by enlargement).
        feather: inward fade in photo pixels; None = 6 % of the frame's side where the
            photo's detail is kept, else 1 %; 2 at least.
        strength: 0…1.5 of the difference, where photo detail is kept.
        use_strokes: strokes painted before take part when a projection ends.
    """

    preset: str = "faithful"
    space: str = PRESETS[1].space
    terms: Weights = PRESETS[1].terms
    regularisers: Weights = PRESETS[1].regularisers
    steps: int = PRESETS[1].steps
    starts: int = PRESETS[1].starts
    samples: int = PRESETS[1].samples
    seed: int = 0
    mode: str = AUTO
    feather: float | None = None
    strength: float = 1.0
    use_strokes: bool = True

    def with_preset(self, key: str) -> ProjectionSettings:
        """The settings of a preset; place in the photo, seed and strokes stay as they are."""
        preset = next(p for p in PRESETS if p.key == key)
        return replace(
            self,
            preset=key,
            space=preset.space,
            terms=preset.terms,
            regularisers=preset.regularisers,
            steps=preset.steps,
            starts=preset.starts,
            samples=preset.samples,
        )

    def changed(self, **changes: object) -> ProjectionSettings:
        """The settings with something changed; "" or the preset they happen to equal."""
        made = replace(self, **changes)  # type: ignore[arg-type]
        for preset in PRESETS:
            if made.with_preset(preset.key) == replace(made, preset=preset.key):
                return replace(made, preset=preset.key)
        return replace(made, preset="")

    def weight(self, name: str) -> float:
        """Weight of a term, 0 where it is off."""
        return dict(self.terms).get(name, 0.0)

    def with_weight(self, name: str, weight: float) -> ProjectionSettings:
        """One term's weight changed; 0 takes it out."""
        known = [n for n, _ in self.terms]
        names = known if name in known else [*known, name]
        values = dict(self.terms) | {name: weight}
        return self.changed(terms=tuple((n, values[n]) for n in names if values[n] > 0))

    def blend(self, frame: Frame, resolution: int, *, generated: bool = False) -> Blend:
        """How a new patch sits in the photo.

        Args:
            frame: its place.
            resolution: side of the model's picture.
            generated: no photo was projected, so there is no difference to keep detail with.
        """
        mode = default_blend_mode(frame, resolution) if self.mode == AUTO else self.mode
        # a seam shows most where the photo's own detail goes on across it
        share = 0.06 if mode == "keep-detail" and not generated else 0.01
        feather = max(2.0, share * frame.size) if self.feather is None else self.feather
        return Blend("replace" if generated else mode, feather, self.strength)


def estimated_seconds(settings: ProjectionSettings, model: str, threads: int = 0) -> float:
    """What a projection will take here, from the steps measured before (BEHAVIOURS F13)."""
    size = (settings.steps, settings.starts, settings.samples)
    return estimate(cache_dir(), model, size, threads)
