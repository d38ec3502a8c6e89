"""How far an import is, told to those who may import."""

from warehouse.domain.news import ImportWentOn
from warehouse.realtime.publisher import Notice, Publisher
from warehouse.realtime.rooms import IMPORTS
from warehouse.storage.database import Database


def tell(publisher: Publisher, _database: Database) -> None:
    """Turn the progress of an import into what its page hears."""
    publisher.on(ImportWentOn, lambda news: [Notice(IMPORTS, "import_progress", _far(news), str(news.run))])


def _far(news: ImportWentOn) -> dict[str, object]:
    return {"run": news.run, "state": news.state, "rows_done": news.rows, "rows": news.whole}
