"""Who sits in which kind of branch: posts, ages, sexes and schooling, as tables to draw from.

The age shares per group of posts were fitted so that the whole comes out like the communiqué on Party statistics as of
31 December 2024 (README.md has the figures); the single group's shares are our approximation.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from lianxin.demo.draw import flat

Group = Literal["organ", "professional", "manager", "worker", "farmer", "student", "other", "retired"]
Profile = Literal[
    "village",
    "community",
    "organ",
    "school",
    "hospital",
    "state_firm",
    "private_firm",
    "co_operative",
    "social",
    "retired",
    "students",
]

# Upper ends of the communiqué's age bands, the last one split as the annual report's table 2 splits it.
_BANDS: Final = ((19, 30), (31, 35), (36, 40), (41, 45), (46, 50), (51, 55), (56, 60), (61, 65), (66, 70), (71, 96))
_OLD: Final = (34.0, 30.0, 36.0)
_AGE_SHARES: Final[dict[Group, tuple[float, ...]]] = {
    "organ": (14, 15, 17, 15, 14, 14, 11, 0),
    "professional": (18, 16, 18, 15, 13, 12, 8, 0),
    "manager": (12, 15, 18, 16, 14, 14, 11, 0),
    "worker": (18, 15, 16, 13, 13, 14, 11, 0),
    "farmer": (10, 9, 10, 9, 9, 10, 9, 34),
    "student": (100, 0, 0, 0, 0, 0, 0, 0),
    "other": (26, 17, 15, 9, 7, 6, 6, 14),
    "retired": (0, 0, 0, 0, 0, 1.5, 6.5, 92),
}
_WOMEN: Final[dict[Group, tuple[float, float, float]]] = {  # to 35, 36 to 60, 61 and over
    "organ": (0.42, 0.27, 0.15),
    "professional": (0.60, 0.48, 0.30),
    "manager": (0.42, 0.28, 0.20),
    "worker": (0.24, 0.20, 0.15),
    "farmer": (0.36, 0.24, 0.14),
    "student": (0.56, 0.5, 0.5),
    "other": (0.52, 0.42, 0.25),
    "retired": (0.5, 0.45, 0.25),
}
# Schooling by group and generation (to 35, 36 to 50, 51 to 60, 61 and over); codes of GB/T 4658.
_SCHOOLING: Final[dict[Group, tuple[tuple[tuple[str, float], ...], ...]]] = {
    "organ": (
        (("11", 1), ("14", 22), ("21", 70), ("31", 7)),
        (("11", 1), ("14", 14), ("21", 70), ("31", 13), ("41", 2)),
        (("14", 4), ("21", 56), ("31", 32), ("41", 5), ("61", 3)),
        (("21", 40), ("31", 38), ("41", 12), ("61", 10)),
    ),
    "professional": (
        (("11", 1), ("14", 16), ("21", 68), ("31", 13), ("41", 2)),
        (("11", 1), ("14", 8), ("21", 66), ("31", 20), ("41", 5)),
        (("14", 2), ("21", 52), ("31", 34), ("41", 10), ("61", 2)),
        (("21", 30), ("31", 40), ("41", 25), ("61", 5)),
    ),
    "manager": (
        (("14", 8), ("21", 60), ("31", 25), ("41", 4), ("61", 3)),
        (("14", 5), ("21", 50), ("31", 33), ("41", 6), ("61", 6)),
        (("14", 1), ("21", 32), ("31", 40), ("41", 12), ("61", 12), ("71", 3)),
        (("21", 15), ("31", 35), ("41", 20), ("61", 20), ("71", 10)),
    ),
    "worker": (
        (("21", 22), ("31", 43), ("41", 9), ("44", 8), ("47", 8), ("61", 8), ("71", 2)),
        (("21", 14), ("31", 32), ("41", 14), ("44", 8), ("47", 10), ("61", 14), ("71", 8)),
        (("21", 4), ("31", 18), ("41", 16), ("47", 14), ("61", 24), ("71", 24)),
        (("31", 5), ("41", 10), ("47", 10), ("61", 30), ("71", 35), ("81", 10)),
    ),
    "farmer": (
        (("21", 18), ("31", 37), ("41", 13), ("44", 8), ("61", 14), ("71", 10)),
        (("21", 6), ("31", 22), ("41", 13), ("44", 5), ("61", 24), ("71", 29), ("81", 1)),
        (("31", 8), ("41", 7), ("61", 30), ("71", 48), ("73", 2), ("81", 5)),
        (("31", 1), ("41", 3), ("61", 20), ("71", 42), ("73", 3), ("81", 28), ("83", 3)),
    ),
    "student": ((("21", 32), ("31", 4), ("61", 64)),) * 4,
    "other": (
        (("14", 4), ("21", 44), ("31", 32), ("41", 8), ("61", 8), ("71", 4)),
        (("21", 22), ("31", 30), ("41", 12), ("61", 18), ("71", 18)),
        (("21", 8), ("31", 20), ("41", 12), ("61", 28), ("71", 32)),
        (("31", 8), ("41", 8), ("61", 24), ("71", 40), ("81", 20)),
    ),
    "retired": (
        (("21", 100),),
        (("21", 50), ("31", 50)),
        (("21", 35), ("31", 32), ("41", 15), ("61", 12), ("71", 6)),
        (("21", 21), ("31", 28), ("41", 20), ("61", 15), ("71", 13), ("81", 3)),
    ),
}
# (code of the post, group, weight); codes of the table of work posts, the group where the finer code is not published.
_POSTS: Final[dict[Profile, tuple[tuple[str, Group, float], ...]]] = {
    "village": (
        ("1", "farmer", 66),
        ("113", "farmer", 14),
        ("5", "other", 10),
        ("4", "retired", 7),
        ("0253", "worker", 3),
    ),
    "community": (
        ("4", "retired", 42),
        ("5", "other", 33),
        ("025", "worker", 12),
        ("023", "manager", 5),
        ("012", "manager", 8),
    ),
    "organ": (("011", "organ", 74), ("012", "manager", 12), ("016", "worker", 5), ("4", "retired", 9)),
    "school": (("013", "professional", 80), ("012", "manager", 9), ("4", "retired", 11)),
    "hospital": (("013", "professional", 76), ("012", "manager", 9), ("016", "worker", 5), ("4", "retired", 10)),
    "state_firm": (("014", "manager", 30), ("015", "professional", 28), ("016", "worker", 30), ("4", "retired", 12)),
    "private_firm": (
        ("021", "manager", 30),
        ("022", "professional", 26),
        ("025", "worker", 34),
        ("0253", "worker", 6),
        ("4", "retired", 4),
    ),
    "co_operative": (("021", "manager", 25), ("1", "farmer", 55), ("025", "worker", 20)),
    "social": (("023", "manager", 35), ("024", "professional", 50), ("025", "worker", 15)),
    "retired": (("4", "retired", 100),),
    "students": (("3", "student", 96), ("013", "professional", 4)),
}


class Cohort(NamedTuple):
    """Tables for one group of posts."""

    group: Group
    ages: tuple[int, ...]
    women: tuple[float, float, float]
    schooling: tuple[tuple[str, ...], ...]


def _age_table(group: Group) -> tuple[int, ...]:
    shares = _AGE_SHARES[group]
    pairs: list[tuple[int, float]] = []
    for (low, high), share in zip(_BANDS, (*shares[:7], *(shares[7] * old / 100 for old in _OLD)), strict=True):
        if low == 19:  # noqa: PLR2004 (the youngest band)
            # Few join before 22; students are 20 to 26.
            last = 26 if group == "student" else high
            weights = [(age, 0.15 if age < 21 else 0.5 if age < 24 else 1.0) for age in range(20, last + 1)]  # noqa: PLR2004
        elif high == 96:  # noqa: PLR2004 (the oldest band: ever fewer)
            weights = [(age, 0.91 ** (age - low)) for age in range(low, high + 1)]
        else:
            weights = [(age, 1.0) for age in range(low, high + 1)]
        total = sum(weight for _, weight in weights)
        pairs += [(age, share * weight / total) for age, weight in weights]
    return flat(pairs)


COHORTS: Final[dict[Group, Cohort]] = {
    group: Cohort(group, _age_table(group), _WOMEN[group], tuple(flat(part, 1024) for part in _SCHOOLING[group]))
    for group in _AGE_SHARES
}
POSTS: Final[dict[Profile, tuple[tuple[str, Cohort], ...]]] = {
    profile: flat((((code, COHORTS[group]), weight) for code, group, weight in posts), 1000)
    for profile, posts in _POSTS.items()
}
