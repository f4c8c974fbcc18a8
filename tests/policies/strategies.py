"""Hypothesis strategies for terms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from apps.policies.terms import RESOLUTIONS, STATISTICS, VISIBILITIES, Terms

durations = st.integers(min_value=1, max_value=10_000_000).map(lambda seconds: timedelta(seconds=seconds))
moments = st.integers(min_value=0, max_value=4_000_000_000).map(lambda second: datetime.fromtimestamp(second, tz=UTC))
words = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Any terms that do not contradict themselves."""
    resolution = draw(st.sampled_from(RESOLUTIONS))
    chosen = draw(st.sets(st.sampled_from(STATISTICS), min_size=1)) if resolution != "raw" else set()
    onward = draw(st.sampled_from(("no", "peers")))
    return Terms(
        visibility=draw(st.sampled_from(VISIBILITIES)),
        resolution=resolution,
        statistics=tuple(word for word in STATISTICS if word in chosen),
        delay=draw(st.just(timedelta(0)) | durations),
        window=draw(st.none() | durations),
        grid_m=draw(st.none() | st.integers(10, 100_000)),
        suppress_below=draw(st.none() | st.integers(2, 1_000)),
        purposes=tuple(sorted(draw(st.sets(words, max_size=3)))),
        expires_at=draw(st.none() | moments),
        valid_for=draw(st.none() | durations),
        retention=draw(st.none() | durations) if onward == "no" else None,
        onward=onward,
    )
