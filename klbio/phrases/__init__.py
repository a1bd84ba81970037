"""Every sentence that a table holds: the maths gives a reason and its numbers, here they become words."""

from klbio.phrases.reason import CannotTell, Reason, notes, say

__all__ = ["CannotTell", "Reason", "notes", "say"]
