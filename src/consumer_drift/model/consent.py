"""What a consumer itself allows, by a file of its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether bumps may be opened (*propagate*) and merged (*land*) in a consumer.

    *file* is the consumer's file that says so, empty where it has none. *mistake* is why the file cannot be
    understood, in words (foreign text), empty where it can: then nothing is allowed.
    """

    propagate: bool = True
    land: bool = True
    file: str = ""
    mistake: str = ""

    def refusal(self, key: str, *, allowed: bool) -> str:
        """Return why *key* may not be done, empty where it may."""
        if self.mistake:
            return f"its {self.file} has a mistake: {self.mistake}"
        return "" if allowed else f"its {self.file} says `{key}: false`"

    @property
    def no_propagate(self) -> str:
        """Why no bump may be opened there, empty where it may."""
        return self.refusal("propagate", allowed=self.propagate)

    @property
    def no_land(self) -> str:
        """Why no bump may be merged there, empty where it may."""
        return self.refusal("land", allowed=self.land)
