"""What a second count does: asked for, units counted again, a carton found right. Quantities are eaches."""

from warehouse.domain.values import value


@value
class AskSecondCount:
    """The first count is through: the packer's lease ends, unless the site lets him count again himself (`own`)."""

    order: str
    own: bool


@value(kw_only=True)
class TallyUnits:
    """Units of a carton were counted again; nothing moves."""

    carton: int
    order_line: int
    sku: str
    quantity: int
    lot: str | None = None
    serials: tuple[str, ...] = ()


@value(kw_only=True)
class UntallyUnits:
    """Undo of `TallyUnits`, value for value."""

    carton: int
    order_line: int
    sku: str
    quantity: int
    lot: str | None = None
    serials: tuple[str, ...] = ()


@value
class AgreeCarton:
    """Both counts of the carton agree; `own` marks that one person made both."""

    carton: int
    own: bool


SecondEffect = AskSecondCount | TallyUnits | UntallyUnits | AgreeCarton
