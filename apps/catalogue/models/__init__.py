"""Tables of the catalogue. Written by ``services`` only."""

from apps.catalogue.models.datasets import Dataset, DatasetMember
from apps.catalogue.models.exhibits import Exhibit, Visits
from apps.catalogue.models.terms import ReleaseSignature, TermsVersion

__all__ = ["Dataset", "DatasetMember", "Exhibit", "ReleaseSignature", "TermsVersion", "Visits"]
