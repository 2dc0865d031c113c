"""Whether an exported file is what the graph says: its content read back and compared."""

from mlkg.verification.exported import formats
from mlkg.verification.verdict import (
    ALTERED,
    CURRENT,
    STALE,
    UNDECIDED,
    Verification,
    verify,
)

__all__ = ["ALTERED", "CURRENT", "STALE", "UNDECIDED", "Verification", "formats", "verify"]
