"""What a command says and hears: lines, JSON objects, a progress bar, Ctrl+C.

Results go to standard output: sentences, or with `--json` one object a line and nothing else.
Progress goes to standard error, and only when that is a terminal. The first Ctrl+C asks the
running task to stop, with the best result where `--keep-best` was given; the second ends at once.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from ganpaint.errors import GanpaintError
from ganpaint.progress import Progress, Step, Stop, Stopped

INTERRUPTED = 130


class Interrupted(Exception):
    """Ctrl+C ended a task that has no result."""


class Terminal:
    """Output and interruption of one command.

    Args:
        as_json: machine-readable output.
        keep_best: Ctrl+C keeps the best result so far.
        quiet: no progress.
    """

    def __init__(self, as_json: bool = False, keep_best: bool = False, quiet: bool = False) -> None:
        self.as_json, self.keep_best = as_json, keep_best
        self.shows_progress = not (as_json or quiet) and sys.stderr.isatty()
        self.stop = Stop()
        self.interrupted = False

    # ------------------------------------------------------------ saying
    def say(self, sentence: str) -> None:
        """A line for people; nothing with `--json`."""
        if not self.as_json:
            print(sentence)

    def give(self, record: dict[str, Any]) -> None:
        """A result for machines: one line, only with `--json`."""
        if self.as_json:
            print(json.dumps(record, ensure_ascii=True), flush=True)

    def complain(self, error: GanpaintError) -> None:
        """An error: one line on standard error, or an object."""
        if self.as_json:
            record = {
                "kind": type(error).__name__,
                "sentence": error.sentence,
                "remedy": error.remedy,
                "exit_code": error.exit_code,
            }
            self.give({"error": record})
        else:
            complain(str(error))

    # ------------------------------------------------------------ running
    @contextmanager
    def listening(self) -> Iterator[None]:
        """Within the block the first Ctrl+C stops the task, the second one raises."""

        def heard(number: int, frame: FrameType | None) -> None:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
            if self.keep_best:
                self.stop.keep_best()
            else:
                self.stop.discard()

        former = signal.signal(signal.SIGINT, heard)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, former)

    def run(
        self,
        request: Any,
        studio: Any,
        perform: Callable[..., Any],
        each: Callable[[Progress], None] | None = None,
    ) -> Any:
        """The result of a request; `each` hears every progress too.

        Raises Interrupted when there is none after Ctrl+C.
        """
        if self.interrupted:
            raise Interrupted
        task = perform(request, studio.for_job(self.stop))
        with self._bar() as show:
            while True:
                if self.stop.discarding:
                    task.close()
                    raise Interrupted
                try:
                    progress = next(task)
                    show(progress)
                    if each is not None:
                        each(progress)
                except StopIteration as end:
                    if self.interrupted and not self.keep_best:
                        raise Interrupted from end
                    return end.value
                except Stopped as stopped:
                    raise Interrupted from stopped

    @contextmanager
    def _bar(self) -> Iterator[Callable[[Progress], None]]:
        """A function that shows a progress."""
        if not self.shows_progress:
            yield lambda progress: None
            return
        from tqdm import tqdm

        tqdm.monitor_interval = 0  # no thread beside ours
        form = "{desc} {percentage:3.0f}% |{bar}| {elapsed}, {remaining} left{postfix}"
        bars: list[Any] = []  # made at the first progress, so that it begins with its words

        def show(progress: Progress) -> None:
            if not bars:
                words = progress.sentence
                # some terminals say that they are 0 wide, and then nothing would be shown
                size = shutil.get_terminal_size()
                settings: dict[str, Any] = {"ncols": min(size.columns, 100), "nrows": size.lines}
                settings |= {"leave": False, "file": sys.stderr}
                bars.append(tqdm(total=1.0, desc=words, bar_format=form, **settings))
            bar = bars[0]
            if progress.remaining is not None:  # a task knows better than the bar's own rate
                bar.bar_format = form.replace(
                    "{remaining}", bar.format_interval(progress.remaining)
                )
            if progress.sentence:
                bar.set_description_str(progress.sentence, refresh=False)
            if isinstance(progress, Step) and progress.best_step:
                bar.set_postfix_str(f"loss {progress.best_loss:.3f}", refresh=False)
            if progress.total > 0:
                bar.update(min(progress.done / progress.total, 1.0) - bar.n)

        try:
            yield show
        finally:
            for bar in bars:
                bar.close()


def complain(sentence: str) -> None:
    """One line on standard error, in the way of every command."""
    encoding = sys.stderr.encoding or "utf-8"
    text = f"ganpaint: {sentence}".encode(encoding, "replace").decode(encoding)
    print(text, file=sys.stderr)
