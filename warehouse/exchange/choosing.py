"""Which profile reads a file: the site's own version in force, else one that comes with the product."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from warehouse.exchange.profile import Identity, Profile, built_in_profile, parse_stored
from warehouse.exchange.targets import Kind
from warehouse.storage.models.intake import MappingProfileRow


def profile_for(session: Session, kind: Kind, name: str, source: str = "") -> Profile:
    """Give the profile of this name; `source` says whose order numbers they are where the profile is shared by many.

    Raises NotFoundError naming those there are.
    """
    row = MappingProfileRow
    asked = (row.kind == kind.value, row.name == name, row.state == "active")
    text = session.scalars(select(row.text).where(*asked)).first()
    profile = built_in_profile(kind, name) if text is None else parse_stored(text)
    if source and profile.identity is not None:
        profile = profile.model_copy(update={"identity": Identity(source=source)})
    return profile


def own_profiles(session: Session) -> list[tuple[Kind, str]]:
    """List the site's own profiles in force."""
    row = MappingProfileRow
    query = select(row.kind, row.name).where(row.state == "active").order_by(row.kind, row.name)
    return [(Kind(kind), name) for kind, name in session.execute(query)]
