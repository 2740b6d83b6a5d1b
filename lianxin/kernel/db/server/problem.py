from __future__ import annotations


class ServerProblem(Exception):  # noqa: N818 - it is shown to people as a problem with a remedy, not as an error
    """The database cannot do what was asked; carries one sentence for a person and what to do about it.

    Args:
        sentence: What is wrong, as one sentence ending in a full stop.
        what_to_do: How to mend it, as one or two sentences.
    """

    def __init__(self, sentence: str, what_to_do: str) -> None:
        super().__init__(f"{sentence} {what_to_do}")
        self.sentence = sentence
        self.what_to_do = what_to_do
