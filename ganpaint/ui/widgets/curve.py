"""The live plot of a search: one line a start, log loss over steps; or of a training.

Painted by hand: QtCharts is not in PySide6-Essentials, and thinned to the plot's width this paints
in about a millisecond whatever the number of points. Values live in growing NumPy arrays.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganpaint.ui.theme import RADIUS, font, px, theme, theme_changed

HEIGHT = 104
DECADE = 10.0  # below this range the axis is linear
MOST_TICKS = 5  # steps named after 0
DOTTED = 40  # up to so many points each is marked


class LossCurve(QWidget):
    """Losses of all starts by step; the best start in accent, its best step ringed.

    `placeholder` stands in it as long as there is nothing to draw. `unit` is what is counted
    from left to right; `dotted` marks the points where they are few.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.placeholder = "The loss of each start is drawn here."
        self.unit, self.dotted = "step", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("Loss by step")
        self._steps: NDArray[np.float64] = np.zeros(64)
        self._losses: NDArray[np.float64] = np.zeros((64, 0))
        self._count = 0
        self._total = 0
        self._best = (0, 0, math.nan)  # start, step, loss
        self._hover: float | None = None
        theme_changed.connect(self.update)

    # -------------------------------------------------------------------------------- values
    def begin(self, total: int) -> None:
        """Forget everything; `total` steps are to come."""
        self._count, self._total = 0, total
        self._losses = np.zeros((64, 0))
        self._best = (0, 0, math.nan)
        self._describe()
        self.update()

    def add(self, step: int, losses: tuple[float, ...]) -> None:
        """The loss of every start at a step; NaN for a start that was dropped."""
        if self._losses.shape[1] != len(losses):
            self._count = 0
            self._losses = np.full((len(self._steps), len(losses)), np.nan)
        if self._count == len(self._steps):
            self._steps = np.concatenate([self._steps, np.zeros_like(self._steps)])
            self._losses = np.concatenate([self._losses, np.full_like(self._losses, np.nan)])
        self._steps[self._count] = step
        self._losses[self._count] = losses
        self._count += 1
        self.update()

    def mark_best(self, start: int, step: int, loss: float) -> None:
        """Which start is best, and where the ring goes."""
        self._best = (start, step, loss)
        self._describe()
        self.update()

    @property
    def points(self) -> int:
        """Steps seen so far."""
        return self._count

    @property
    def best(self) -> tuple[int, int, float]:
        """Start, step and loss of the best."""
        return self._best

    def _describe(self) -> None:
        start, step, loss = self._best
        words = f"Best {loss:.3f} at step {step}, start {start + 1}" if step else "No steps yet"
        if self.unit != "step":
            seen = math.isfinite(loss)
            words = f"Best {figure(loss)} at {step:,} {self.unit}" if seen else "Nothing yet"
        self.setAccessibleDescription(words)

    # -------------------------------------------------------------------------------- geometry
    def sizeHint(self) -> QSize:
        return QSize(px(240), px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(160), px(HEIGHT))

    def plot_rect(self) -> QRectF:
        """Where the lines are drawn."""
        metrics = QFontMetricsF(font("axis"))
        ticks = [self._tick_text(value) for value in self._value_ticks()]
        left = max(metrics.horizontalAdvance(text) for text in ("0.000", *ticks)) + px(8)
        below = metrics.height() + px(3)
        return QRectF(self.rect()).adjusted(left, px(9), -px(12), -below)

    def value_range(self) -> tuple[float, float]:
        """Lowest and highest loss shown; some room around them."""
        seen = self._losses[: self._count]
        seen = seen[np.isfinite(seen) & (seen > 0)]
        if not seen.size:
            return 0.1, 1.0
        low, high = float(seen.min()), float(seen.max())
        if math.isfinite(self._best[2]) and self._best[2] > 0:
            low = min(low, self._best[2])
        if high / low < 1.02:
            return (low * 0.99, low * 1.02) if self.unit == "step" else (low * 0.8, low * 1.2)
        room = (high / low) ** 0.05
        return low / room, high * room

    def is_logarithmic(self) -> bool:
        """Whether the range spans a decade."""
        low, high = self.value_range()
        return high / low >= DECADE

    def _y(self, values: NDArray[np.float64], plot: QRectF) -> NDArray[np.float64]:
        low, high = self.value_range()
        if self.is_logarithmic():
            values = np.log(np.maximum(values, low))
            low, high = math.log(low), math.log(high)
        return np.asarray(plot.bottom() - (values - low) / (high - low) * plot.height())

    def _x(self, steps: NDArray[np.float64] | float, plot: QRectF) -> NDArray[np.float64] | float:
        last = max(self._total, self._steps[self._count - 1] if self._count else 1, 1)
        return plot.left() + steps / last * plot.width()

    def thinned(self, start: int, plot: QRectF) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Steps and losses of a start, at most about one a pixel column."""
        stride = max(1, math.ceil(self._count / max(plot.width(), 1)))
        steps = self._steps[: self._count : stride]
        losses = self._losses[: self._count : stride, start]
        fine = np.isfinite(losses)
        return steps[fine], losses[fine]

    # -------------------------------------------------------------------------------- painting
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().colour("line"), 1))
        painter.setBrush(theme().colour("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        plot = self.plot_rect()
        if not self._count:
            plot = QRectF(self.rect())
            painter.setFont(font("caption"))
            painter.setPen(theme().colour("text2"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(plot, flags, self.placeholder)
            return
        self._paint_axes(painter, plot)
        best = self._best[0]
        for start in [*(i for i in range(self._losses.shape[1]) if i != best), best]:
            if start < self._losses.shape[1]:
                self._paint_line(painter, plot, start)
        self._paint_ring(painter, plot)
        self._paint_hover(painter, plot)

    def _paint_axes(self, painter: QPainter, plot: QRectF) -> None:
        painter.setFont(font("axis"))
        metrics = QFontMetricsF(painter.font())
        for value in self._value_ticks():
            y = float(self._y(np.array([value]), plot)[0])
            painter.setPen(QPen(theme().colour("line"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme().colour("text2"))
            box = QRectF(0, y - metrics.height() / 2, plot.left() - px(4), metrics.height())
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, self._tick_text(value))
        painter.setPen(theme().colour("text2"))
        for step in self.step_ticks():
            words = f"{step:,}" if self.unit != "step" else str(step)
            wide = metrics.horizontalAdvance(words)
            x = float(self._x(float(step), plot)) - wide / 2
            x = min(x, self.width() - wide - px(6))
            painter.drawText(QPointF(x, self.height() - px(4)), words)
        if self.unit != "step":
            wide = metrics.horizontalAdvance(self.unit)
            painter.drawText(QPointF(self.width() - wide - px(8), px(12)), self.unit)

    def _tick_text(self, value: float) -> str:
        if self.unit != "step":
            return f"{value:.3g}"
        return f"{value:.1f}" if value >= 0.1 else f"{value:.1g}"

    def step_ticks(self) -> list[int]:
        """Round numbers of steps from 0 on, as far as the plot reaches."""
        total = int(max(self._total, self._steps[self._count - 1] if self._count else 0, 1))
        least = total / MOST_TICKS
        ten = 10 ** max(0, math.floor(math.log10(least)))
        unit = next(ten * m for m in (1, 2, 5, 10) if ten * m >= least)
        return list(range(0, total + 1, unit))

    def _value_ticks(self) -> list[float]:
        low, high = self.value_range()
        if self.is_logarithmic():
            decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            ticks = [10.0**d * m for d in decades for m in (1, 2, 5)]
        else:
            raw = (high - low) / 3
            unit = 10.0 ** math.floor(math.log10(raw))
            step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= raw)
            ticks = [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
        inside = [t for t in ticks if low <= t <= high]
        stride = max(1, math.ceil(len(inside) / 3))
        return inside[::stride]

    def _paint_line(self, painter: QPainter, plot: QRectF, start: int) -> None:
        steps, losses = self.thinned(start, plot)
        if not len(steps):
            return
        is_best = start == self._best[0]
        dropped = not np.isfinite(self._losses[self._count - 1, start])
        pen = QPen(theme().colour("accent"), 2.2)
        if not is_best:
            pen = QPen(theme().colour("text2", 0.47), 1)
            if dropped:
                pen.setStyle(Qt.PenStyle.DotLine)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        xs, ys = self._x(steps, plot), self._y(losses, plot)
        assert isinstance(xs, np.ndarray)
        points = [QPointF(x, y) for x, y in zip(xs, ys, strict=True)]
        painter.drawPolyline(QPolygonF(points))
        if self.dotted and len(points) <= DOTTED:
            painter.setBrush(pen.color())
            painter.setPen(Qt.PenStyle.NoPen)
            for point in points:
                painter.drawEllipse(point, 2.5, 2.5)

    def _paint_ring(self, painter: QPainter, plot: QRectF) -> None:
        _, step, loss = self._best
        if (not step and self.unit == "step") or not math.isfinite(loss):
            return
        at = QPointF(float(self._x(float(step), plot)), float(self._y(np.array([loss]), plot)[0]))
        painter.setPen(QPen(theme().colour("ok"), 2))
        painter.setBrush(theme().colour("field"))
        painter.drawEllipse(at, 4.0, 4.0)
        painter.setFont(font("axis"))
        text = f"best {figure(loss)}"
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text)
        x = at.x() + px(7)
        if x + wide > plot.right():
            x = at.x() - wide - px(7)
        foot = QPointF(x, max(at.y() - px(5), plot.top() + px(9)))
        high = QFontMetricsF(painter.font()).ascent()
        painter.fillRect(
            QRectF(x - 2, foot.y() - high, wide + 4, high + 2), theme().colour("field", 0.8)
        )
        painter.setPen(theme().colour("ok"))
        painter.drawText(foot, text)

    # -------------------------------------------------------------------------------- hover
    def hovered(self) -> tuple[int, tuple[float, ...]] | None:
        """Step and losses under the mouse."""
        if self._hover is None or not self._count:
            return None
        plot = self.plot_rect()
        last = max(self._total, self._steps[self._count - 1], 1)
        step = (self._hover - plot.left()) / max(plot.width(), 1) * last
        at = int(np.argmin(np.abs(self._steps[: self._count] - step)))
        return int(self._steps[at]), tuple(float(v) for v in self._losses[at])

    def _paint_hover(self, painter: QPainter, plot: QRectF) -> None:
        found = self.hovered()
        if found is None:
            return
        step, losses = found
        x = float(self._x(float(step), plot))
        painter.setPen(QPen(theme().colour("edge"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        seen = sorted(v for v in losses if math.isfinite(v))[:4]
        values = "  ".join(figure(v) for v in seen)
        text = (
            f"step {step}: {values}" if self.unit == "step" else f"{step:,} {self.unit}: {values}"
        )
        painter.setFont(font("axis"))
        metrics = QFontMetricsF(painter.font())
        wide = metrics.horizontalAdvance(text) + px(8)
        left = min(max(x - wide / 2, plot.left()), max(plot.right() - wide, plot.left()))
        box = QRectF(left, px(3), wide, metrics.height() + px(4))
        painter.setPen(QPen(theme().colour("edge"), 1))
        painter.setBrush(theme().colour("panel"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(theme().colour("text"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position().x()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()


def figure(value: float) -> str:
    """A loss or distance with three figures that tell: "0.184", "3.821", "11.3", "0.00042"."""
    return f"{value:.3f}" if 0.01 <= value < 10 else f"{value:.3g}"
