"""What is said of a model on its card: pure functions from entries and infos to words."""

from __future__ import annotations

from pathlib import Path

from ganpaint import provenance
from ganpaint.catalogue import WEIGHTS, Entry
from ganpaint.model_info import Capability, ModelInfo, classes_text, family_title
from ganpaint.paths import models_dir, size_text
from ganpaint.provenance import Fact

SOURCES = {
    "bundled": "Came with ganpaint",
    "extra": "Came with another package",
    "user": "In your model folder",
    "recent": "Opened from elsewhere",
}
# what a file may leave open → the question, and whether its answer is a count
QUESTIONS: dict[str, tuple[str, bool]] = {
    "c_dim": ("How many of its inputs are classes?", True),
    "BN_eps": ("Which epsilon do its norms use?", False),
    "SN_eps": ("Which epsilon does its spectral norm use?", False),
}
CHANNELS = {1: "grey", 3: "RGB", 4: "RGBA"}
SHOWN_NAMES = 6
TRAINED = "stylegan2"  # the family that can be trained here


def summary(entry: Entry) -> str:
    """One line: "StyleGAN2 · 64 px · 10 classes"."""
    if not entry.family:
        return "Not looked into yet"
    parts = [family_title(entry.family)]
    if entry.resolution:
        parts.append(f"{entry.resolution} px")
    if entry.class_names:
        parts.append(classes_text(len(entry.class_names)))
    return " · ".join(parts)


def where(entry: Entry) -> str:
    """Where a model is, and how large: "Came with ganpaint · 9.2 MB"."""
    size = size_on_disk(entry.path)
    return " · ".join([SOURCES.get(entry.source, entry.source)] + [size_text(size)] * bool(size))


def size_on_disk(path: Path) -> int:
    """Bytes of a model's file, or of the weights in its folder; 0 where it is gone."""
    try:
        if path.is_dir():
            files = (p for p in path.iterdir() if p.suffix in WEIGHTS and p.is_file())
            return sum(p.stat().st_size for p in files)
        return path.stat().st_size
    except OSError:
        return 0


def facts(entry: Entry, info: ModelInfo | None) -> list[Fact]:
    """Lines of an open card, the model's own first; without `info` what the catalogue knows."""
    come_from = provenance.facts(entry.card)
    own = [Fact("", label, words) for label, words in _own(entry, info)]
    if entry.licence and not any(
        f.label == "Licence" and f.words == entry.licence for f in come_from
    ):
        own.append(Fact("", "Licence", entry.licence))
    return [*own, *come_from]


def _own(entry: Entry, info: ModelInfo | None) -> list[tuple[str, str]]:
    found = [("Family", family_title(entry.family))] if entry.family else []
    if entry.resolution:
        colours = f", {CHANNELS.get(info.channels, '')}" if info is not None else ""
        found.append(("Picture", f"{entry.resolution} × {entry.resolution} px{colours}"))
    if info is not None:
        found.append(("Code", code_words(info)))
    if len(entry.class_names) == 1:
        found.append(("Class", entry.class_names[0]))
    elif entry.class_names:
        found.append(("Classes", names_words(entry.class_names)))
    if info is not None and info.parameters:
        found.append(("Parameters", provenance.count_text(info.parameters)))
    found.append(("File", entry.path.name))
    if entry.hash:
        found.append(("Hash", entry.hash[:16]))
    return found


def code_words(info: ModelInfo) -> str:
    """The sizes of a model's codes: "z 256, w 256 in 10 layers"."""
    words = f"z {info.z_dim}"
    return f"{words}, w {info.w_dim} in {info.num_ws} layers" if info.num_ws else words


def names_words(names: tuple[str, ...]) -> str:
    """How many classes, and the first names."""
    first = ", ".join(names[:SHOWN_NAMES])
    return f"{len(names)}: {first}" + (", …" if len(names) > SHOWN_NAMES else "")


def is_own(entry: Entry) -> bool:
    """Whether it lies in the user's model folder, so that it can be deleted there."""
    return entry.source == "user" and entry.path.absolute().parent == models_dir().absolute()


def why_not_remove(entry: Entry) -> str:
    """Why a model cannot be taken away, or ""."""
    if entry.source == "bundled":
        return "It came with ganpaint and goes with it."
    if entry.source == "extra":
        return "It belongs to another package; remove that package."
    if entry.source == "user" and not is_own(entry):
        return "It does not lie in your model folder."
    return ""


def why_not_train(entry: Entry, info: ModelInfo | None) -> str:
    """Why a training cannot start from a model, or ""; without `info` it may still turn out."""
    if entry.family and entry.family != TRAINED:
        return "Only StyleGAN2 models can be trained further."
    if info is None:
        return "It is being looked into. Ready in a moment."
    if not info.can(Capability.DISCRIMINATOR):
        return "It came without its discriminator, which training needs."
    return ""
