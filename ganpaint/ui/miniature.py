"""A small picture of a document, for the history and for recent files.

Drawn by Qt from every n-th pixel of the photo and the patches' own pictures: a fraction of a
millisecond to a few, so that it can be made at each commit. Not exact: the composite is.
"""

from __future__ import annotations

from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from ganpaint.document.document import Document
from ganpaint.document.stroke import Stroke
from ganpaint.picture.colour import display
from ganpaint.picture.composite import Patch
from ganpaint.picture.mask import Mask
from ganpaint.picture.photo import Photo
from ganpaint.ui.qimage import from_qimage, to_qimage

SIDE = 96

_photos: WeakKeyDictionary[Photo, QImage] = WeakKeyDictionary()


def miniature(document: Document, side: int = SIDE) -> NDArray[np.uint8]:
    """The document as it looks, (h, w, 3) uint8 with the longer side `side`, read-only."""
    photo = document.photo
    image = QImage(_small_photo(photo, side))
    scale = image.width() / photo.width
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for patch in document.patches:
        painter.setOpacity(patch.opacity)
        painter.drawImage(0, 0, _layer(patch, image, scale))
    if not document.patches:
        painter.setOpacity(0.85)
        for stroke in document.strokes:
            _draw_stroke(painter, stroke, scale)
    painter.end()
    out = from_qimage(image)[..., :3].copy()
    out.flags.writeable = False
    return out


def _small_photo(photo: Photo, side: int) -> QImage:
    known = _photos.get(photo)
    if known is not None and max(known.width(), known.height()) == side:
        return known
    longer = max(photo.width, photo.height)
    step = max(1, longer // (2 * side))
    few = np.ascontiguousarray(photo.pixels[::step, ::step])
    image = to_qimage(display(few, photo.mode, photo.icc))
    width = max(1, round(photo.width * side / longer))
    height = max(1, round(photo.height * side / longer))
    small = image.scaled(
        width,
        height,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    opaque = QImage(width, height, QImage.Format.Format_RGB32)
    opaque.fill(QColor("white"))
    painter = QPainter(opaque)
    painter.drawImage(0, 0, small)
    painter.end()
    _photos[photo] = opaque
    return opaque


def _layer(patch: Patch, image: QImage, scale: float) -> QImage:
    """One patch in its frame and through its mask, as large as the miniature."""
    layer = QImage(image.size(), QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(Qt.GlobalColor.transparent)
    painter = QPainter(layer)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    m = patch.frame.matrix(patch.resolution)
    placed = QTransform(m[0, 0], m[1, 0], m[0, 1], m[1, 1], m[0, 2], m[1, 2])
    painter.setTransform(placed * QTransform.fromScale(scale, scale))
    painter.drawImage(0, 0, to_qimage(patch.picture))
    painter.resetTransform()
    if patch.mask is not None:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        alpha = _small_mask(patch.mask, scale)
        painter.drawImage(QRectF(layer.rect()), alpha, QRectF(alpha.rect()))
    painter.end()
    return layer


def _small_mask(mask: Mask, scale: float) -> QImage:
    step = max(1, int(0.5 / scale))
    few = mask.array()[::step, ::step]
    rgba = np.zeros((*few.shape, 4), np.uint8)
    rgba[..., 3] = few
    return to_qimage(rgba)


def _draw_stroke(painter: QPainter, stroke: Stroke, scale: float) -> None:
    if stroke.erase or not stroke.visible:
        return
    colour = QColor.fromRgbF(*(float(v) for v in np.clip(stroke.colour, 0, 1)))
    pen = QPen(colour, max(1.0, stroke.brush.size * scale))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    points = [QPointF(x * scale, y * scale) for x, y, *_ in stroke.samples.tolist()]
    painter.drawPolyline(QPolygonF(points if len(points) > 1 else points * 2))
