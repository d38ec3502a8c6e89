"""What a page's form sends becomes a typed value here, and a refusal becomes a sentence on the same page."""

from collections.abc import Callable
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from warehouse.domain.errors import WarehouseError
from warehouse.problems import Problem, invalid_input, problem_of
from warehouse.web.security import CSRF_FIELD

Model = TypeVar("Model", bound=BaseModel)

DID = "did"
"""The part of an address that says what was done before."""


def form(model: type[Model]) -> Model:
    """Read the form as `model`; a field left empty counts as not sent. Raises `InvalidInputError`."""
    sent = {name: value for name, value in request.form.items() if name != CSRF_FIELD and value.strip()}
    try:
        return model.model_validate_strings(sent)
    except ValidationError as error:
        raise invalid_input(error) from None


def asked_for(model: type[Model]) -> Model:
    """Read a page's filters as `model`; what was left empty counts as not asked. Raises `InvalidInputError`.

    What was done before the page was shown again is no filter.
    """
    asked = {name: value for name, value in request.args.items() if value.strip() and name != DID}
    try:
        return model.model_validate_strings(asked)
    except ValidationError as error:
        raise invalid_input(error) from None


def attempted(act: Callable[[], object]) -> Problem | None:
    """Do it; give the refusal when there was one."""
    try:
        act()
    except (WarehouseError, ValidationError) as error:
        return problem_of(error)
    return None
