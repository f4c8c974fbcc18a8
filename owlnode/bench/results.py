"""What a benchmark measured, against what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure; ``reference_value`` is what was measured for the reference in the same run, in the same unit."""

    bench: str
    metric: str
    value: float
    unit: str
    reference: str | None = None
    reference_value: float | None = None

    @property
    def ratio(self) -> float | None:
        """``value`` over ``reference_value``; None without a reference."""
        if not self.reference_value:
            return None
        return self.value / self.reference_value

    def as_row(self) -> dict[str, Any]:
        """The form in which a result is printed and written to a file."""
        return asdict(self) | {"ratio": self.ratio}
