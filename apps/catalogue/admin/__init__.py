"""Operator screens of the catalogue. Whatever they change goes through ``services``; history is read-only."""

from apps.catalogue.admin.datasets import DatasetAdmin, DatasetMemberAdmin
from apps.catalogue.admin.exhibits import ExhibitAdmin, VisitsAdmin
from apps.catalogue.admin.terms import ReleaseSignatureAdmin, TermsVersionAdmin

__all__ = [
    "DatasetAdmin",
    "DatasetMemberAdmin",
    "ExhibitAdmin",
    "ReleaseSignatureAdmin",
    "TermsVersionAdmin",
    "VisitsAdmin",
]
