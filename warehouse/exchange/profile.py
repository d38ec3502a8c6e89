"""A mapping profile: the declaration by which one shop's file is read, checked to the last key before it is used."""

import json
import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from warehouse.domain.errors import FieldProblem, InvalidInputError, NotFoundError
from warehouse.domain.words import sentence
from warehouse.exchange.targets import TARGETS, Kind

_LONGEST_PATTERN = 200
Words = Annotated[tuple[str, ...], Field(strict=False)]


class ProfileError(InvalidInputError):
    """A profile that cannot be used; `problems` name each key."""

    code = "invalid_profile"


class Action(StrEnum):
    """What a filter does with what it finds.

    `withdrawn` is an order that its shop has cancelled itself; `count` is a closing row whose first cell says how many
    rows there are.
    """

    IGNORE_ROW = "ignore_row"
    NOT_PICKABLE = "not_pickable"
    SKIP_ORDER = "skip_order"
    CANCELLATION = "cancellation"
    WITHDRAWN = "withdrawn"
    COUNT = "count"


class _Section(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Format(_Section):
    """How the bytes are laid out; without a delimiter it is counted out of the header line.

    In JSON `lines` names the list of an order's lines; fields inside of fields are reached as `billing.city`, those of
    a line as `line_items.sku`. In XML `record` names the element of one order, and `lines` the way to its lines.
    """

    kind: Literal["text", "xml"] = "text"
    record: str = ""
    lines: str = "lines"
    nested: bool = False
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    quoting: Literal["minimal", "none"] = "minimal"
    legacy_encoding: Literal["cp1252", "cp1250", "cp1251", "cp437", "cp850", "iso8859-1", "iso8859-15"] | None = None
    header: Literal["first", "search"] = "first"


class GroupBy(_Section):
    """How rows become orders: what a blank order number means, and which order columns may differ between rows.

    A row in which the column `begins` is filled begins its order's record. Blank cells of `fill_down` are those of the
    row above, as long as the column `within` stays the same.
    """

    begins: str | None = None
    within: str | None = None
    fill_down: Words = ()
    blank_key: Literal["refuse", "same_as_above"] = "refuse"
    may_differ: Words = ()


class Column(_Section):
    """The headers a target is accepted under; the cells of `join` are put behind its own, with a blank between."""

    headers: Words = Field(min_length=1)
    join: Words = ()
    required: bool = False


class Parse(_Section):
    """How dates and numbers are written; formats are `iso` or those of strptime, `zone` is for times without one."""

    moments: Words = ("iso",)
    dates: Words = ("iso",)
    zone: str = "UTC"
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: Literal["", ".", ",", "'", " "] = ""
    money_mark: str = Field(default="", max_length=3)
    weight_unit: Literal["g", "kg", "lb", "oz"] = "g"
    length_unit: Literal["mm", "cm", "m", "in"] = "mm"
    whole_decimals: bool = False
    strip_leading_apostrophe: bool = False

    @field_validator("zone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone “{value}”") from error
        return value

    @model_validator(mode="after")
    def _marks_differ(self) -> "Parse":
        if self.decimal_mark == self.thousands_mark:
            raise ValueError("decimal_mark and thousands_mark must differ")
        return self


class Filter(_Section):
    """Rows or orders to treat apart: where `column` matches, or does not match, a pattern as a whole."""

    column: str
    matches: str | None = Field(default=None, max_length=_LONGEST_PATTERN)
    unless: str | None = Field(default=None, max_length=_LONGEST_PATTERN)
    action: Annotated[Action, Field(strict=False)]

    @model_validator(mode="after")
    def _one_sound_pattern(self) -> "Filter":
        if (self.matches is None) == (self.unless is None):
            raise ValueError("give either matches or unless")
        try:
            re.compile(self.matches or self.unless or "", re.ASCII)
        except (re.error, OverflowError) as error:
            raise ValueError(f"the pattern is not a regular expression: {error}") from error
        return self


class Identity(_Section):
    """Whose order numbers these are, unless a `source` column says so."""

    source: str = Field(min_length=1, max_length=40)


class Checks(_Section):
    """What an incomplete address does to an order of this source; `off` where the file carries none."""

    address: Literal["off", "flag", "hold"] = "hold"


class Profile(_Section):
    """One versioned mapping of a source's files to our words."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    kind: Annotated[Kind, Field(strict=False)]
    version: int = Field(ge=1)
    format: Format = Format()
    group_by: GroupBy = GroupBy()
    columns: dict[str, Column]
    parse: Parse = Parse()
    value_map: dict[str, dict[str, str]] = {}
    filters: Annotated[tuple[Filter, ...], Field(strict=False)] = ()
    defaults: dict[str, str] = {}
    identity: Identity | None = None
    on_missing_sku: Literal["hold", "refuse", "create"] = "hold"
    checks: Checks = Checks()

    @model_validator(mode="after")
    def _names_are_targets(self) -> "Profile":
        targets = TARGETS[self.kind]
        named: dict[str, Iterable[str]] = {
            "columns": self.columns,
            "value_map": self.value_map,
            "defaults": self.defaults,
            "group_by.may_differ": self.group_by.may_differ,
            "group_by.fill_down": self.group_by.fill_down,
            "group_by": filter(None, (self.group_by.begins, self.group_by.within)),
            "filters": [filter_.column for filter_ in self.filters],
        }
        for key, names in named.items():
            if unknown := sorted(set(names) - set(targets)):
                raise ValueError(f"{key}: “{unknown[0]}” is nothing that {self.kind} have")
        return self

    @model_validator(mode="after")
    def _required_are_mapped(self) -> "Profile":
        for name, target in TARGETS[self.kind].items():
            if target.required and name not in self.columns:
                raise ValueError(f"columns: “{name}” is missing")
        if self.kind is Kind.ORDERS and self.identity is None:
            raise ValueError("identity: “source” is missing")
        return self

    @model_validator(mode="after")
    def _headers_are_distinct(self) -> "Profile":
        owners: dict[str, str] = {}
        for name, column in self.columns.items():
            for header in column.headers:
                other = owners.setdefault(fold(header), name)
                if other != name:
                    raise ValueError(f"columns: header “{header}” stands for both {other} and {name}")
        return self


def fold(header: str) -> str:
    """Return the form in which two spellings of a header are equal: no outer or double blanks, no case."""
    return " ".join(header.replace("\ufeff", "").split()).casefold()


def parse_profile(text: str) -> Profile:
    """Read a profile from TOML; raises ProfileError naming every key that is wrong."""
    try:
        return profile_of(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(sentence("The profile is not well-formed TOML: {error}", error=error)) from error


def parse_stored(text: str) -> Profile:
    """Read a profile from the JSON that `stored_form` wrote."""
    return profile_of(json.loads(text))


def stored_form(profile: Profile) -> str:
    """Write a profile as JSON, without what is as usual."""
    return profile.model_dump_json(exclude_defaults=True)


def profile_of(values: object) -> Profile:
    """Check the values of a profile; raises ProfileError naming every key that is wrong."""
    try:
        return Profile.model_validate(values)
    except ValidationError as error:
        problems = tuple(_problem(".".join(map(str, part["loc"])), part["msg"]) for part in error.errors())
        said = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
        raise ProfileError(sentence("The profile cannot be used: {problems}", problems=said), problems) from error


def _problem(field: str, message: str) -> FieldProblem:
    said = message.removeprefix("Value error, ")
    return FieldProblem(field or said.partition(":")[0], said)


def profile_names(kind: Kind) -> tuple[str, ...]:
    """List the built-in profiles of a kind, `canonical` first."""
    stems = [entry.name.removesuffix(".toml") for entry in _folder(kind).iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted(stems, key=lambda stem: (stem != "canonical", stem)))


def built_in_profile(kind: Kind, name: str = "canonical") -> Profile:
    """Load a built-in profile; raises NotFoundError naming those there are."""
    names = profile_names(kind)
    if name not in names:
        raise NotFoundError(
            sentence(
                "There is no profile “{name}” for {kind}; there are: {names}.",
                name=name,
                kind=kind,
                names=", ".join(names),
            )
        )
    return parse_profile((_folder(kind) / f"{name}.toml").read_text(encoding="utf-8"))


def _folder(kind: Kind) -> Traversable:
    return files("warehouse.exchange") / "profiles" / kind.value
