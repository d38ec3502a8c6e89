"""Puts the parts together: the only place that knows all of them. Nothing here is global; each call makes a new one."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from warehouse.access import Access, rule_of
from warehouse.carriers import CarrierReach
from warehouse.children import Children
from warehouse.domain.errors import RetryLaterError
from warehouse.metrics import Metrics
from warehouse.outbound import NetworkReach
from warehouse.outbound.mail import PostOffice
from warehouse.planning.room import PlanRoom
from warehouse.printing import Reach
from warehouse.realtime import Live, picking
from warehouse.realtime import board as live_board
from warehouse.realtime import importing as live_importing
from warehouse.realtime import planning as live_planning
from warehouse.realtime import printing as live_printing
from warehouse.realtime.publisher import Publisher
from warehouse.recognition import StoredPeople
from warehouse.resources import folder
from warehouse.routes import BLUEPRINTS
from warehouse.services.packing.scans import PackDesk
from warehouse.services.picking.scans import PickDesk
from warehouse.services.scanning.groups import Desk, ScanCounter
from warehouse.services.shipping.loading import LoadingDesk
from warehouse.services.side.desks import CountDesk, PutBackDesk
from warehouse.services.webhooks.outbox import post_facts
from warehouse.settings import Settings
from warehouse.storage.database import Database
from warehouse.storage.opening import open_anchor
from warehouse.web import Parts, field_names, health, optional_caller
from warehouse.web.api.parsing import CONVERTERS
from warehouse.web.assets import Assets
from warehouse.web.errors import register_errors
from warehouse.web.language import furnish
from warehouse.web.measure import measure
from warehouse.web.security import Door, guard
from warehouse.web.uploads import surroundings
from warehouse.words import Words
from warehouse.workers import Worker
from warehouse.workers.crew import Crew
from warehouse.workers.escalator import Escalator
from warehouse.workers.housekeeper import Housekeeper
from warehouse.workers.mailer import Mailer
from warehouse.workers.messenger import Messenger
from warehouse.workers.planner import Planner
from warehouse.workers.practice_picker import PracticePicker
from warehouse.workers.purchaser import Purchaser
from warehouse.workers.shop_export import ShopReach
from warehouse.workers.spooler import Spooler
from warehouse.workers.teller import Teller
from warehouse.workers.training_clerk import TrainingClerk
from warehouse.workers.watcher import Watcher
from warehouse.workers.watchman import Watchman

READERS = 3
"""So many files are read at once; printing has helper processes of its own, so that no large file holds up a label."""

LIVE: tuple[Callable[[Live, Database], None], ...] = (picking.register, live_board.register)
"""Every group of socket events, each with `register(live, database)`."""

TELLERS: tuple[Callable[[Publisher, Database], None], ...] = (
    picking.tell,
    live_board.tell,
    live_printing.tell,
    live_importing.tell,
    live_planning.tell,
)
"""What turns committed news into notices, each with `register(publisher, database)`."""

LAST_WORDS = 0.3
"""Seconds for the last acknowledgements to leave before the sockets are cut."""

BODY_BYTES = 1 << 20
FORM_BYTES = 1 << 18
FORM_PARTS = 200


@dataclass(frozen=True, kw_only=True)
class App:
    """One running product: `flask` answers requests (it is the WSGI application), `live` the sockets."""

    flask: Flask
    live: Live
    publisher: Publisher
    parts: Parts
    crew: Crew

    def start(self) -> None:
        """Start what works beside the requests; called in the process that serves, after any fork."""
        self.parts.database.subscribe(self.publisher.receive)
        self.publisher.start()
        self.live.start()
        self.parts.database.take_duty(self.crew.begin, self.crew.end)

    def stop(self) -> None:
        """Answer what waits, promise nothing more, and let everybody go."""
        self.live.drain()
        self.parts.database.give_duty_up()
        self.parts.planning.close()
        self.parts.children.close()
        self.parts.readers.close()
        self.parts.database.close()
        self.publisher.stop()
        time.sleep(LAST_WORDS)
        self.live.stop()


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name, with the anchor of its audit chain beside it."""
    anchor = open_anchor(settings.data_dir, settings.secret_key)
    database = Database(settings.database_url, judge=ScanCounter(desks()), anchor=anchor, outbox=post_facts)
    with suppress(RetryLaterError), database.read() as session:
        anchor.keep_where_cut(session)
    return database


def desks() -> dict[str, Desk]:
    """Give who judges the scans of each kind of work."""
    return {
        "batch": PickDesk(),
        "order": PackDesk(),
        "put_back": PutBackDesk(),
        "count": CountDesk(),
        "manifest": LoadingDesk(),
    }


def create_app(settings: Settings, database: Database, *, console_token: str | None = None) -> App:
    """Make the application for one database; nothing runs until `start`.

    `console_token` lets commands on this machine speak to it. Raises ValueError when a route or event does not say
    who may use it.
    """
    app = Flask("warehouse", static_folder=None, template_folder=str(folder("templates")))
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_BYTES, MAX_FORM_MEMORY_SIZE=FORM_BYTES, MAX_FORM_PARTS=FORM_PARTS, SECRET_KEY=None
    )
    metrics = Metrics()
    words = Words(folder("static") / "words")
    access = Access(StoredPeople(database), console_token=console_token)
    live = Live(app, settings=settings, access=access, metrics=metrics)
    live.speak(words)
    children = Children()
    reach = Reach(folder=settings.data_dir, hosts=settings.allowed_printers)
    publisher = Publisher(live.emit, is_heard=live.is_heard)
    parts = Parts(
        settings=settings,
        database=database,
        access=access,
        assets=Assets(folder("static"), words.catalogues),
        metrics=metrics,
        checks={
            "database": health.database_check(database),
            "disk": health.disk_check(settings),
        },
        sign_out=live.sign_out,
        children=children,
        readers=Children(READERS),
        reach=reach,
        planning=PlanRoom(database, publisher.receive),
        words=words,
    )
    crew = Crew(lambda: workers_of(parts))
    parts.checks["spooler"] = crew.trouble
    _furnish(app, parts)
    for register in LIVE:
        register(live, database)
    for tell in TELLERS:
        tell(publisher, database)
    hops = settings.trusted_proxies
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]  # as below
    app.wsgi_app = Door(app.wsgi_app, settings)  # type: ignore[method-assign]  # Flask's own way of adding a layer
    return App(flask=app, live=live, publisher=publisher, parts=parts, crew=crew)


def workers_of(parts: Parts) -> tuple[Worker, ...]:
    """Make what works beside the requests; on the practice floor only what reaches nobody outside."""
    settings, database = parts.settings, parts.database
    carriers = CarrierReach(folder=settings.data_dir, hosts=settings.allowed_carriers)
    network = NetworkReach(allowed=settings.allowed_receivers)
    shops = ShopReach(inbox=settings.data_dir / "inbox", outbox=settings.data_dir / "outbox", network=network)
    mail = PostOffice(url=settings.smtp_url, sender=settings.mail_from) if settings.smtp_url else None
    spooler, planner = Spooler(database, parts.children, parts.reach), Planner(database, parts.planning)
    if settings.practice:
        return (spooler, Purchaser(database, parts.children, carriers), planner, PracticePicker(database))
    return (
        TrainingClerk(database, settings.practice_dir / "warehouse.sqlite"),
        *((Mailer(database, mail, parts.words),) if mail else ()),
        *(spooler, Purchaser(database, parts.children, carriers), Escalator(database), Housekeeper(database)),
        *(planner, Messenger(database, network), Watcher(surroundings(parts), shops)),
        *(Watchman(database, parts.metrics), Teller(database)),
    )


def _furnish(app: Flask, parts: Parts) -> None:
    app.extensions["parts"] = parts
    app.url_map.merge_slashes = False
    app.url_map.converters.update(CONVERTERS)
    app.jinja_env.globals.update(asset=parts.assets.url, modules=parts.assets.modules)
    app.jinja_env.tests["opening_to"] = lambda rights, caller: caller.may(*rights)
    app.context_processor(lambda: {"caller": optional_caller(), "practice": parts.settings.practice})
    furnish(app)
    field_names.furnish(app)
    register_errors(app)
    measure(app, parts.metrics)
    guard(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _refuse_unmarked(app)


def _refuse_unmarked(app: Flask) -> None:
    unmarked = sorted(name for name, view in app.view_functions.items() if rule_of(view) is None)
    if unmarked:
        raise ValueError(f"these routes do not say who may use them: {', '.join(unmarked)}")
