"""Operator screens of the desk: what is there can be looked at; what a city sets itself can be changed."""

from apps.desk.admin import records, rules

__all__ = ["records", "rules"]
