"""What a training is told: name, title, licence, the model to start from, size and length."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QPushButton, QWidget

from ganpaint.jobs.training_runs import TrainingRun, folder_of, run_of
from ganpaint.ui.editor import Editor
from ganpaint.ui.theme import font, px, set_role
from ganpaint.ui.widgets.numbers import Scale
from ganpaint.ui.widgets.panel import caption, link
from ganpaint.ui.widgets.segmented import Segmented
from ganpaint.ui.widgets.slider import ValueBar

FRESH = "Nothing: a new model"
FORBIDDEN = '/\\:*?"<>|'
LICENCES = ("", "My own pictures", "CC0 1.0", "CC BY 4.0", "CC BY-SA 4.0")
UNSAID = "Not stated"
FEW = 500  # pictures that are too few for a model from nothing


class Choices(QWidget):
    """The form; `changed` tells of every choice."""

    changed = Signal()

    def __init__(self, parent: QWidget, editor: Editor) -> None:
        super().__init__(parent)
        self._editor = editor
        self._wish = ""  # the model to start from, while that of a run is shown instead
        self._build_fields()
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(px(8))
        form.setHorizontalSpacing(px(12))
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows: tuple[tuple[str, QWidget], ...] = (
            ("Name", self.name),
            ("Title", self.title),
            ("Start from", self.base),
            ("Resolution", self.resolution),
            ("Licence", self.licence),
        )
        for words, field in rows:
            label = QLabel(words, self)
            label.setMinimumHeight(field.sizeHint().height())
            label.setBuddy(field)
            field.setAccessibleName(words)
            form.addRow(label, field)
            if field is self.name:
                form.addRow(self.trouble)
                form.addRow(self.other)
            if field is self.base:
                form.addRow(self.advice)
        form.addRow(self.minutes)
        self.refresh_bases()
        self.review(0)

    def _build_fields(self) -> None:
        self.name = QLineEdit(self)
        self.name.setObjectName("train.name")
        self.name.setPlaceholderText("my-cats")
        self.name.setToolTip("In the list of models and of its file")
        self.title = QLineEdit(self)
        self.title.setObjectName("train.title")
        self.title.setPlaceholderText("As the name")
        self.title.setToolTip("Shown to people, for example: Cats of our street")
        self.base = QComboBox(self)
        self.base.setObjectName("train.base")
        self.resolution = Segmented([(str(r), f"{r} px") for r in (32, 64, 128)], "Resolution")
        self.resolution.setObjectName("train.resolution")
        self.resolution.choose("64")
        self.licence = QComboBox(self)
        self.licence.setObjectName("train.licence")
        self.licence.setEditable(True)
        for licence in LICENCES:
            self.licence.addItem(licence or UNSAID)
        self.licence.setToolTip("Of your pictures; it stands in the model's card")
        self.minutes = ValueBar("Length", Scale(5, 600, default=60, unit="min"), self)
        self.minutes.setObjectName("train.minutes")
        self.minutes.setAccessibleName("Length in minutes")
        self.minutes.set_amount(60)
        self.trouble = caption("", self)
        self.trouble.setObjectName("train.trouble")
        self.other: QPushButton = link("", self)
        self.other.setObjectName("train.other")
        self.other.setFont(font())
        self.other.clicked.connect(lambda: self.name.setText(self.free_name(self.wanted)))
        self.advice = caption("", self)
        self.advice.setObjectName("train.advice")
        self.name.textChanged.connect(lambda _: self.changed.emit())
        self.base.currentIndexChanged.connect(self._base_chosen)
        self.resolution.chosen.connect(lambda _: self.changed.emit())

    def refresh_bases(self) -> None:
        """The models there are now; the one in use is proposed at first."""
        first = not self.base.count()
        editor = self._editor
        self.base.blockSignals(True)
        self.base.clear()
        self.base.addItem(FRESH, "")
        for entry in editor.catalogue.entries:
            if entry.family == "stylegan2":
                self.base.addItem(entry.title or entry.name, entry.name)
        wanted = editor.model.name if first and editor.model is not None else self._wish
        at = self.base.findData(wanted)
        self.base.setCurrentIndex(max(0, at if at >= 0 else self.base.count() > 1))
        self._wish = str(self.base.currentData())
        self.base.blockSignals(False)

    def _base_chosen(self) -> None:
        self._wish = str(self.base.currentData())
        self.changed.emit()

    def _show_base(self, run: TrainingRun | None) -> None:
        """What a run started from, or what is chosen for a new one."""
        shown = self._wish if run is None else str(run.told.get("base", ""))
        self.base.blockSignals(True)
        self.base.setCurrentIndex(max(0, self.base.findData(shown)))
        self.base.blockSignals(False)

    # ------------------------------------------------------------------------- answers
    @property
    def wanted(self) -> str:
        """The name as it will be."""
        return self.name.text().strip()

    @property
    def run(self) -> TrainingRun | None:
        """The training of that name that would be gone on with."""
        return run_of(self.wanted) if self.is_name else None

    @property
    def is_name(self) -> bool:
        """Whether a file can be called so."""
        name = self.wanted
        return bool(name) and not set(name) & set(FORBIDDEN) and not name.startswith(".")

    @property
    def is_taken(self) -> bool:
        """Whether a model has that name that no training here can go on with."""
        names = {entry.name.lower() for entry in self._editor.catalogue.entries}
        return self.wanted.lower() in names and self.run is None

    @property
    def fits(self) -> bool:
        """Whether a training can have that name."""
        return self.is_name and not self.is_taken

    @property
    def pixels(self) -> int:
        """Resolution of the pictures that will be learnt from."""
        run = self.run
        if run is not None and run.told.get("resolution"):
            return int(run.told["resolution"])
        base = str(run.told.get("base", "")) if run is not None else str(self.base.currentData())
        entry = next((e for e in self._editor.catalogue.entries if e.name == base), None)
        return entry.resolution if entry is not None else int(self.resolution.value())

    def arguments(self, dedupe: bool) -> list[str]:
        """What the command is told of all this."""
        words = ["--out", self.wanted, "--minutes", f"{self.minutes.amount():g}"]
        words += ["--dedupe"] if dedupe else []
        licence = self.licence.currentText().strip()
        words += ["--title", self.title.text().strip()] if self.title.text().strip() else []
        words += ["--licence", licence] if licence not in ("", UNSAID) else []
        base = str(self.base.currentData())
        if self.run is not None:
            return [*words, "--resume"]
        return [*words, *(["--from", base] if base else ["--resolution", self.resolution.value()])]

    def free_name(self, name: str) -> str:
        """The name, or the next one with a number that nothing has."""
        taken = {entry.name.lower() for entry in self._editor.catalogue.entries}
        stem, number = name.rstrip("0123456789").rstrip("-") or name, 2
        while f"{stem}-{number}".lower() in taken or folder_of(f"{stem}-{number}").exists():
            number += 1
        return f"{stem}-{number}"

    # ------------------------------------------------------------------------- showing
    def go_on(self, run: TrainingRun) -> None:
        """Fill in what a run was told."""
        told = run.told
        self.name.setText(run.name)
        self.title.setText(str(told.get("title", "")))
        self.licence.setEditText(str(told.get("licence", "")) or UNSAID)
        self.base.setCurrentIndex(max(0, self.base.findData(told.get("base", ""))))
        if told.get("resolution"):
            self.resolution.choose(str(told["resolution"]))

    def start_from(self, base: str) -> None:
        """Choose the model to start from; what goes on with a run of this name has its own."""
        self.refresh_bases()
        if self.run is not None:
            self.name.setText(self.free_name(self.wanted))
        self.base.setCurrentIndex(max(0, self.base.findData(base)))

    def review(self, count: int, running: bool = False, ready: str = "") -> None:
        """Say what is to be said of the name and of so many pictures; `ready` was just made."""
        run = self.run
        self._show_base(run)
        name = self.wanted
        words = ""
        if name and not self.is_name:
            words = f"A name cannot have {' '.join(FORBIDDEN)} or begin with a full stop."
        elif self.is_taken:
            words = f"There is a model “{name}” already."
        elif run is not None:
            state = "has learnt from" if run.finished else "was interrupted at"
            words = f"“{name}” {state} {run.images:,} images. This goes on with it."
        self.trouble.setText(words)
        set_role(self.trouble, "warn" if name and not self.fits else "caption")
        quiet = running or (name == ready and run is None)
        self.trouble.setVisible(bool(words) and not quiet)
        self.other.setText(f"Call it “{self.free_name(name)}” instead" if name else "")
        self.other.setVisible((self.is_taken or run is not None) and not quiet)
        base = self.base.currentData()
        advice = ""
        if not base and run is None:
            advice = "A new model wants thousands of pictures, and hours."
            if 0 < count < FEW:
                advice = f"{count} pictures are too few for a new model: start from one."
        self.advice.setText(advice)
        set_role(self.advice, "warn" if advice.startswith("A") is False else "caption")
        self.advice.setVisible(bool(advice))
        for field in (self.name, self.title, self.licence, self.minutes):
            field.setEnabled(not running)
        self.base.setEnabled(not running and run is None)
        self.resolution.setEnabled(not running and run is None and not base)
        taken = "That of the model it starts from" if base else ""
        self.resolution.setToolTip("That of what was trained so far" if run is not None else taken)
        if base or run is not None:
            self.resolution.choose(str(self.pixels))
