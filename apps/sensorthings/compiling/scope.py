"""What is shared while one statement is put together: bound values, aliases, and the relations a predicate walks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.sensorthings.entities import EntityType, Navigation, target_of
from apps.sensorthings.errors import TooCostly
from apps.sensorthings.sight import Sight
from apps.sensorthings.sql import fill, on

MAX_RELATIONS = 30


@dataclass(slots=True)
class Scope:
    """One statement's parameters and aliases. ``root`` is the alias of the entity whose rows are asked for.

    ``denied`` is greater than 0 while what stands under a ``not`` is compiled.
    """

    sight: Sight
    entity: EntityType
    root: str = "a0"
    params: dict[str, Any] = field(default_factory=dict)
    relations: int = 0
    denied: int = 0

    def bind(self, value: Any, cast: str = "") -> str:
        """A placeholder for this value."""
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"%({name})s" + (f"::{cast}" if cast else "")

    def alias(self) -> str:
        """A fresh alias. Raises TooCostly when a query walks too many relations."""
        self.relations += 1
        if self.relations > MAX_RELATIONS:
            raise TooCostly(f"A query walks at most {MAX_RELATIONS} relations.", part="$filter")
        return f"a{self.relations}"

    def all_params(self) -> dict[str, Any]:
        """These values and those that the sight's relations refer to."""
        return self.sight.params | self.params


@dataclass(slots=True)
class Frame:
    """The relations that one predicate (or one key of an order) walks from the root; each path once."""

    scope: Scope
    joined: dict[tuple[str, ...], tuple[str, str, str]] = field(default_factory=dict)
    many: bool = False

    def walk(self, path: tuple[str, ...], near: str, navigation: Navigation) -> str:
        """The alias of what lies at ``path``, one relation further than ``near``."""
        if path not in self.joined:
            alias = self.scope.alias()
            condition = f"{on(navigation.far, alias)} = {on(navigation.near, near)}"
            self.joined[path] = (self.scope.sight.relation(target_of(navigation)), alias, condition)
            self.many = self.many or navigation.many
        return self.joined[path][1]

    def exists(self, predicate: str) -> str:
        """The predicate, true where any related row satisfies it.

        Of one related row it may also be unknown. That makes a difference only under ``not``, so only there it is asked
        in the form that can say so: EXISTS is what PostgreSQL joins well.
        """
        if not self.joined:
            return predicate
        if self.scope.denied and not self.many:
            return self.scalar(f"({predicate})")
        return fill(
            "EXISTS (SELECT FROM $sources WHERE $conditions AND ($predicate))", predicate=predicate, **self._parts()
        )

    def scalar(self, expression: str) -> str:
        """The expression of the one related row."""
        if not self.joined:
            return expression
        return fill("(SELECT $expression FROM $sources WHERE $conditions)", expression=expression, **self._parts())

    def _parts(self) -> dict[str, str]:
        return {
            "sources": ", ".join(f"{relation} AS {alias}" for relation, alias, _condition in self.joined.values()),
            "conditions": " AND ".join(condition for _relation, _alias, condition in self.joined.values()),
        }
