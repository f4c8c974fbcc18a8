"""What can stand against a release; each error names the part at fault and the way out."""

from __future__ import annotations

from apps.core.errors import Conflict, Invalid, StateConflict


class UnknownTerms(Invalid):
    """A clause or value this node does not understand, or two that contradict each other."""

    default_code = "unknown-terms"


class TermsTooFine(Conflict):
    """The terms disclose more than the dataset's class allows without a recorded reason."""

    default_code = "terms-too-fine"


class Differencing(Conflict):
    """The dataset holds a total together with its parts: subtracting would undo the suppression of small counts."""

    default_code = "differencing"


class NotShareable(Conflict):
    """A datastream is internal, or a replica whose owner does not allow sharing onward."""

    default_code = "not-shareable"


class SignedAlready(Conflict):
    """This person, or this role, has already signed this version."""

    default_code = "signed-already"


class NotInThisState(StateConflict):
    """The version of terms is not in the state this step needs."""

    default_code = "terms-state"
