"""Training beside the window: the command line in a process of its own, read line by line.

A training run takes hours and all the time of a core; in its own process it cannot make the
window wait, and goes on undisturbed by what is opened there. It speaks JSON (`ganpaint train
--json`) and listens: "keep" ends it with a model, "rest" with its checkpoint only, and so does
the end of its input when the window is gone. Where it cannot listen it is ended; what it saved
last stays.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

INTERRUPTED = 130  # exit code of a command that was asked to end and has no result
TAIL = 2000  # characters of standard error kept for the details
PATIENCE = 3000  # milliseconds that the end of the program waits for a checkpoint


class CommandProcess(QObject):
    """One run of `ganpaint train` with `--json`; all signals come in the thread it lives in."""

    failed = Signal(str, str)  # sentence, details

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._not_started)
        self._rest, self._errors, self._told = b"", "", False

    @property
    def is_running(self) -> bool:
        """Whether the process is under way."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, arguments: Sequence[str]) -> None:
        """Run `ganpaint train` with these arguments; `--json` is added."""
        self._rest, self._errors, self._told = b"", "", False
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("OMP_WAIT_POLICY", "PASSIVE")
        self._process.setProcessEnvironment(environment)
        program = [] if getattr(sys, "frozen", False) else ["-m", "ganpaint"]
        self._process.start(sys.executable, [*program, "train", *arguments, "--json"])

    def end(self) -> None:
        """End at once and say nothing."""
        self._told = True
        self._process.kill()
        self._process.waitForFinished(2000)

    def _read(self) -> None:
        self._rest += bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            try:
                record = json.loads(line) if line.strip() else None
            except ValueError:
                record = None
                self._errors = (self._errors + line.decode("utf-8", "replace") + "\n")[-TAIL:]
            if isinstance(record, dict):
                self._hear(record)

    def _hear(self, record: dict[str, Any]) -> None:
        if "error" in record:
            error = record["error"]
            self._fail(f"{error['sentence']} {error['remedy']}".strip(), "")
        else:
            self._take(record)

    def _take(self, record: dict[str, Any]) -> None:
        """One record that is no error."""
        raise NotImplementedError

    def _fail(self, sentence: str, details: str) -> None:
        if not self._told:
            self._told = True
            self.failed.emit(sentence, details)

    def _read_errors(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._errors = (self._errors + text)[-TAIL:]

    def _ended(self) -> None:
        self._read()
        self._fail("It ended before its time.", self._errors)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._fail("It could not be started.", self._process.errorString())


class PictureCheck(CommandProcess):
    """Looks at a folder or zip of pictures."""

    read = Signal(int, int)  # how many of how many
    found = Signal(object)  # the record: pictures, classes, notes

    def _take(self, record: dict[str, Any]) -> None:
        if "pictures" in record:
            self._told = True
            self.found.emit(record)
        elif record.get("of"):
            self.read.emit(record["read"], record["of"])


class TrainingProcess(CommandProcess):
    """One training."""

    moment = Signal(object)  # one record of progress
    note = Signal(str)  # what was decided or left out
    finished = Signal(object)  # the record of the model
    rested = Signal()  # it ended as asked, without a model; its checkpoint is saved

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._result: dict[str, Any] | None = None
        self._resting = False

    def start(self, arguments: Sequence[str]) -> None:
        """Train with these arguments."""
        self._result, self._resting = None, False
        super().start([*arguments, "--listen"])

    def stop(self) -> None:
        """Ask for the end; the best so far is measured and becomes the model."""
        self._say(b"keep\n")

    def rest(self) -> None:
        """Ask for the end after saving the checkpoint, without a model."""
        self._resting = True
        self._say(b"rest\n")

    def end(self) -> None:
        """End soon, for closing the program: a moment for the checkpoint, then at once."""
        self._told = True
        if self.is_running:
            self.rest()
            self._process.waitForFinished(PATIENCE)
        super().end()

    def kill(self) -> None:
        """End at once, as somebody in a hurry asked; the last checkpoint stays."""
        self._resting = True
        self._process.kill()

    def _say(self, word: bytes) -> None:
        if not self.is_running:
            return
        if os.name == "nt" and sys.version_info < (3, 12):
            self._resting = True
            self._process.kill()  # it cannot listen there; what it saved last stays
            return
        self._process.write(word)

    def _take(self, record: dict[str, Any]) -> None:
        if "images" in record:
            self.moment.emit(record)
        elif "note" in record:
            self.note.emit(record["note"])
        elif "model" in record:
            self._result = record

    def _ended(self) -> None:
        self._read()
        if self._result is not None:
            self._told = True
            self.finished.emit(self._result)
        elif not self._told and (self._resting or self._process.exitCode() == INTERRUPTED):
            self._told = True
            self.rested.emit()
        else:
            self._fail("The training ended before its time.", self._errors)
