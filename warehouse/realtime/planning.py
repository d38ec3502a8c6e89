"""Plans in the making, told to whoever watches: figures only, the latest, a few times a second."""

from warehouse.domain.news import PlanFound
from warehouse.realtime.publisher import Notice, Publisher
from warehouse.realtime.rooms import PLANNING
from warehouse.storage.database import Database


def tell(publisher: Publisher, _database: Database) -> None:
    """Turn news of a better plan into what the planning screen hears."""
    publisher.on(PlanFound, lambda news: [Notice(PLANNING, "plan", dict(news.values), subject=str(news.draft))])
