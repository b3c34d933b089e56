"""Generator families, as the table of contents: name → network."""

from __future__ import annotations

from ganpaint.engine.generators.base import Generator
from ganpaint.engine.generators.biggan import BigGANGenerator
from ganpaint.engine.generators.biggan_deep import BigGANDeepGenerator
from ganpaint.engine.generators.dcgan import DCGANGenerator
from ganpaint.engine.generators.stylegan2 import StyleGAN2Generator
from ganpaint.engine.generators.stylegan3 import StyleGAN3Generator

FAMILIES: dict[str, type[Generator]] = {
    "stylegan2": StyleGAN2Generator,
    "stylegan3": StyleGAN3Generator,
    "biggan_deep": BigGANDeepGenerator,
    "biggan": BigGANGenerator,
    "dcgan": DCGANGenerator,
}
