"""A Pratt parser: words to trees by binding power, with limits on length, depth and size."""

from __future__ import annotations

from dataclasses import dataclass

from apps.sensorthings.errors import BadQuery, TooCostly
from apps.sensorthings.language.lexing import Token, tokens
from apps.sensorthings.language.tree import ARITHMETIC, COMPARISONS, LOGICAL, Binary, Call, Literal, Name, Node, Unary

MAX_LENGTH = 8_000
MAX_DEPTH = 40
MAX_WORDS = 600
MAX_CHAIN = 60

_POWERS = (
    {"or": 10, "and": 20} | dict.fromkeys(COMPARISONS, 40) | {"add": 50, "sub": 50} | dict.fromkeys(ARITHMETIC[2:], 60)
)
_NOT = 30
_MINUS = 70
_CONSTANTS = {"true": True, "false": False, "null": None}
_LITERALS = ("geometry", "duration", "string", "period", "instant", "date", "clock", "number")


def expression(text: str) -> Node:
    """The whole text as one expression. Raises BadQuery quoting the place, TooCostly beyond the limits."""
    parser = _Parser(text, _words(text))
    found = parser.parse(0)
    parser.expect_end()
    return found


def orderings(text: str) -> list[tuple[Node, bool]]:
    """Each expression of an ``$orderby`` and whether it is descending. Raises as ``expression`` does."""
    parser = _Parser(text, _words(text))
    found = [parser.ordering()]
    while parser.accept(","):
        found.append(parser.ordering())
    parser.expect_end()
    return found


def _words(text: str) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise TooCostly(f"An expression has at most {MAX_LENGTH} characters.", part=f"{text[:40]}…")
    found = tokens(text)
    if len(found) > MAX_WORDS:
        raise TooCostly(f"An expression has at most {MAX_WORDS} words.", part=f"{text[:40]}…")
    return found


@dataclass(slots=True)
class _Parser:
    """Where we are in the words of one expression."""

    text: str
    words: list[Token]
    place: int = 0
    depth: int = 0

    def parse(self, power: int) -> Node:
        """The longest expression from here whose operators bind tighter than ``power``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TooCostly(f"An expression nests at most {MAX_DEPTH} deep.", part=f"{self.text[:40]}…")
        begin, chain = self._here.begin, 0
        left = self._prefix()
        while (binding := self._binding()) > power:
            operator = self._take().text.lower()
            chain += operator not in LOGICAL
            if chain > MAX_CHAIN:
                raise TooCostly(f"At most {MAX_CHAIN} operators stand in a row.", part=f"{self.text[:40]}…")
            right = self.parse(binding)
            left = Binary(operator, left, right, self._since(begin))
        self.depth -= 1
        return left

    def ordering(self) -> tuple[Node, bool]:
        """One item of an ``$orderby``; ASC and DESC in any case."""
        node = self.parse(0)
        word = self._here.text.lower()
        if self._here.kind == "path" and word in ("asc", "desc"):
            self._take()
            return node, word == "desc"
        return node, False

    def accept(self, sign: str) -> bool:
        """Step over a sign if it stands here."""
        if self._here.kind == "sign" and self._here.text == sign:
            self._take()
            return True
        return False

    def expect_end(self) -> None:
        """Raises BadQuery when something is left over."""
        if self._here.kind != "end":
            raise BadQuery("This does not belong here.", part=self.text[self._here.begin :][:80])

    @property
    def _here(self) -> Token:
        return self.words[self.place]

    def _take(self) -> Token:
        token = self._here
        if token.kind == "end":
            raise BadQuery("The expression ends too soon.", part=self.text[-40:] or "(empty)")
        self.place += 1
        return token

    def _since(self, begin: int) -> str:
        return self.text[begin : self.words[self.place - 1].end]

    def _binding(self) -> int:
        return _POWERS.get(self._here.text.lower(), 0) if self._here.kind == "path" else 0

    def _prefix(self) -> Node:
        token = self._take()
        if token.kind in _LITERALS:
            return Literal(token.value, token.text)
        if token.kind == "sign":
            return self._sign(token)
        if token.text.lower() == "not":
            operand = self.parse(_NOT)
            return Unary("not", operand, self._since(token.begin))
        if self._here.text == "(" and self._here.kind == "sign":
            return self._call(token)
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text], token.text)
        if token.text.lower() in _POWERS:
            raise BadQuery("Something is missing before this word.", part=self.text[token.begin :][:80])
        return Name(tuple(token.text.split("/")), token.text)

    def _sign(self, token: Token) -> Node:
        if token.text == "(":
            inner = self.parse(0)
            self._expect(")")
            return inner
        if token.text == "-":
            operand = self.parse(_MINUS)
            return Unary("-", operand, self._since(token.begin))
        raise BadQuery("This does not belong here.", part=self.text[token.begin :][:80])

    def _call(self, token: Token) -> Node:
        self._expect("(")
        arguments: list[Node] = []
        if not self.accept(")"):
            arguments.append(self.parse(0))
            while self.accept(","):
                arguments.append(self.parse(0))
            self._expect(")")
        return Call(token.text, tuple(arguments), self._since(token.begin))

    def _expect(self, sign: str) -> None:
        if not self.accept(sign):
            raise BadQuery(f"A “{sign}” is missing.", part=self.text[self._here.begin :][:80] or self.text[-40:])
