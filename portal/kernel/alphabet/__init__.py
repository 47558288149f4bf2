"""Names in the order of the reader's alphabet: as a key in Python, and as the same key in PostgreSQL.

The database sorts by code points, which have Ё before А; not every PostgreSQL has other rules. The key lets it sort as
people do: capitals and small letters alike, without quotation marks in front, Ё right after Е, an accented Latin letter
as the plain one. The reader's own alphabet comes first, signs and digits before every letter.
"""

from portal.kernel.alphabet.columns import AlphabetKey, ByAlphabet
from portal.kernel.alphabet.key import alphabet_key

__all__ = ["AlphabetKey", "ByAlphabet", "alphabet_key"]
