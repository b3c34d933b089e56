"""Training beside the window: the command line in a process of its own, read line by line.

A training run takes hours and all the time of a core; in its own process it cannot make the
window wait, and goes on undisturbed by what is opened there. It speaks JSON (`ganpaint train
--json`). Stopping asks as Ctrl+C does: what was learnt is written as the model; a process that
does not answer is ended, and its last checkpoint stays.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

PATIENCE = 60_000  # milliseconds for the last measuring and writing
TAIL = 2000  # characters of standard error kept for the details


class TrainingProcess(QObject):
    """One run of `ganpaint train`; all signals come in the thread it lives in."""

    moment = Signal(object)  # one record of progress
    note = Signal(str)  # what was decided or left out
    finished = Signal(object)  # the record of the model
    failed = Signal(str, str)  # sentence, details

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._not_started)
        self._rest = b""
        self._errors = ""
        self._result: dict[str, Any] | None = None
        self._told = False
        self._impatient = QTimer(self, singleShot=True, interval=PATIENCE)
        self._impatient.timeout.connect(self._process.kill)

    @property
    def is_running(self) -> bool:
        """Whether the run is under way."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self, arguments: Sequence[str]) -> None:
        """Run `ganpaint train` with these arguments; `--json` is added."""
        self._rest, self._errors, self._result, self._told = b"", "", None, False
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("OMP_WAIT_POLICY", "PASSIVE")
        self._process.setProcessEnvironment(environment)
        program = [] if getattr(sys, "frozen", False) else ["-m", "ganpaint"]
        self._process.start(sys.executable, [*program, "train", *arguments, "--json"])

    def stop(self) -> None:
        """Ask for the end; the best so far becomes the model."""
        if not self.is_running:
            return
        self._impatient.start()
        if os.name == "posix":
            os.kill(self._process.processId(), signal.SIGINT)
        else:
            self._process.kill()  # no Ctrl+C for another process there; the checkpoint stays

    def end(self) -> None:
        """End at once, for closing the window; the last checkpoint stays."""
        self._told = True
        self._process.kill()
        self._process.waitForFinished(2000)

    def _read(self) -> None:
        self._rest += bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            if line.strip():
                self._take(json.loads(line))

    def _take(self, record: dict[str, Any]) -> None:
        if "images" in record:
            self.moment.emit(record)
        elif "note" in record:
            self.note.emit(record["note"])
        elif "model" in record:
            self._result = record
        elif "error" in record:
            self._told = True
            error = record["error"]
            self.failed.emit(f"{error['sentence']} {error['remedy']}".strip(), "")

    def _read_errors(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._errors = (self._errors + text)[-TAIL:]

    def _ended(self) -> None:
        self._impatient.stop()
        self._read()
        if self._result is not None:
            self.finished.emit(self._result)
        elif not self._told:
            self.failed.emit(
                "The training ended before a model was written. Its last checkpoint is kept: "
                "start it again with the same name to go on.",
                self._errors,
            )

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._told = True
            self.failed.emit("The training could not be started.", self._process.errorString())
