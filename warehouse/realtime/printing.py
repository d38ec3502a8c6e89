"""What screens hear of paper: where each print job stands, the latest only."""

from warehouse.domain.codes import PrintJobState
from warehouse.domain.news import PrintJobChanged, PrintJobQueued
from warehouse.realtime.publisher import Notice, Publisher
from warehouse.realtime.rooms import PRINT_JOBS
from warehouse.storage.database import Database


def tell(publisher: Publisher, _database: Database) -> None:
    """Turn news of print jobs into notices for those who watch the room `print_jobs`."""
    publisher.on(PrintJobQueued, lambda news: [_notice(news, PrintJobState.QUEUED)])
    publisher.on(PrintJobChanged, lambda news: [_notice(news, news.state)])


def _notice(news: PrintJobQueued | PrintJobChanged, state: str) -> Notice:
    job = str(news.job)
    values = {"id": job, "state": state, "printer": news.printer, "station": news.station}
    return Notice(PRINT_JOBS, "print_job", values, job)
