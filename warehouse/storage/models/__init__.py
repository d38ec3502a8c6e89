"""Every table, one module per feature word; importing this package registers them all."""

from warehouse.storage.models import (
    batching,
    catalog,
    exception_queue,
    intake,
    journal,
    layout,
    orders,
    packing,
    people,
    picking,
    planning,
    printing,
    shift,
    stock,
    training,
    webhooks,
)

__all__ = [
    "batching",
    "catalog",
    "exception_queue",
    "intake",
    "journal",
    "layout",
    "orders",
    "packing",
    "people",
    "picking",
    "planning",
    "printing",
    "shift",
    "stock",
    "training",
    "webhooks",
]
