"""What can stand against a dataset or a release; each error names the part at fault and the way out."""

from __future__ import annotations

from apps.core.errors import Conflict, NotPermitted, StateConflict


class Taken(Conflict):
    """Another dataset has this identifier."""

    default_code = "identifier-taken"


class ForeignMember(NotPermitted):
    """A replica whose owner does not allow sharing onward."""

    default_code = "foreign-member"


class UnfitTerms(Conflict):
    """The terms disclose more than the dataset's class allows without a recorded reason."""

    default_code = "unfit-terms"


class Differencing(Conflict):
    """The dataset holds a total together with its parts: subtracting would undo the suppression of small counts."""

    default_code = "differencing"


class SamePerson(NotPermitted):
    """This person has already signed this version in another role."""

    default_code = "same-person"


class WrongState(StateConflict):
    """The version of terms is not in the state this step needs."""

    default_code = "terms-state"
