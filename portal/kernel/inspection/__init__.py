"""The program that inspects one file from outside, without rights and apart from everything that is ours.

`files.uploads` starts it; it reads a file and says what is wrong with it, or gives back what may be stored. It imports
nothing of the portal but itself, so that it starts quickly and holds no secret.
"""

from portal.kernel.inspection.refusal import Place, Refusal

__all__ = ["Place", "Refusal"]
