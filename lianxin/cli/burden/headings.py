"""What the rule of 2026 forbids."""

from enum import Enum


class Heading(Enum):
    """Headings of the lists against formalism at the fingertips, which are Chinese in every language."""

    forced_use = "强制使用"
    over_recording = "过度留痕"
    ranking = "排名通报"
    filling_twice = "多头填报"
    left_unused = "建而不用"
