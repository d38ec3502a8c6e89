"""What the bench with an order at hand hears when somebody else takes it."""

from tests.services.bench import LATER, a_bench
from warehouse.realtime.picking import tell
from warehouse.realtime.publisher import Publisher
from warehouse.services.packing.claims import HoldPack, take_over_pack
from warehouse.storage.database import Database


def test_the_bench_that_lost_an_order_is_told_who_has_it(database: Database) -> None:
    bench = a_bench(database)
    held = bench.claim()
    said: list[tuple[str, str, object]] = []
    publisher = Publisher(lambda *news: said.append(news))
    tell(publisher, database)
    database.subscribe(publisher.receive)
    asked = HoldPack(actor=bench.lea, at=LATER, device="d-lea", proven=None, order="1042")
    database.run(take_over_pack, asked)
    publisher.flush()
    told = {"order": "1042", "epoch": held.epoch + 1, "device": "d-ben", "name": "Lea", "at": LATER.isoformat()}
    assert ("order:1042", "taken_over", told) in said
    assert ("order:1042", "order_changed", {"order": "1042"}) in said
