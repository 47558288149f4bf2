"""Where the bytes lie: a folder of this machine, or a bucket of an S3-compatible store; Django's `STORAGES` names one.

Beside what Django asks of a storage, each knows `walk`, `listdir_ever`, `erase`, `clear_drafts`, `probe`, its `place`
in the words of an operator, and whether it `is_shared` by all machines. Both write a file whole or not at all, replace
the one of the same name, and turn the errors of disk and network into those of `files.errors`.
"""

from portal.kernel.files.backends.stored import StoredObject

__all__ = ["StoredObject"]
