"""Virtual packers: they take picked orders to a station, scan every piece into a carton and the label back on it."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from warehouse.simulation.floor import Bench
from warehouse.simulation.goods import Unit
from warehouse.simulation.handheld import Json, Shot
from warehouse.simulation.pack_events import after_unit, at_label, at_unit, begin, last_look, surplus_on, weight_due
from warehouse.simulation.pack_mistakes import mistakes_at
from warehouse.simulation.pick_due import BY_HAND_ABOVE, OVER
from warehouse.simulation.picker import DONE
from warehouse.simulation.wire import RefusalError
from warehouse.simulation.worker import HAND, GaveUpError, Right, Worker, gs1, label, wait_a_moment

TYPED = 0.8
"""How often a number is entered where it may be."""

ANOTHER_CARTON = 0.03
"""How often a carton is full before the order is."""

IN_LABEL = "00"
"""The GS1 application identifier of a carton's serial."""

LEFT = {"finished", "parked"}
NOT_NOW = {"conflict", "not_owner", "not_found"}
ASKED = frozenset({"policy"})


class Packer(Worker):
    """One packer at a station."""

    view: Json
    position: Json
    bench: Bench

    def run(self) -> None:
        """Pack until nothing more is to come, or it is time to go home."""
        self.handheld.sign_in()
        while not self.floor.at_rest:
            order = self.floor.next_to_pack(self.badge.name)
            if order is None:
                wait_a_moment()
                continue
            try:
                self._pack_order(order)
            finally:
                self.floor.leave_bench(order, again=self.is_for_another)

    def _pack_order(self, order: str) -> None:
        self.order, self.bench = order, self.floor.bench(order)
        self.totes, self.loose = self.floor.units_of(order)
        self.lost: list[Unit] = []
        self.is_for_another = False
        self.again: list[Unit] | None = None
        self.wants_box, self.taking_out = False, False
        self.void_label: str | None = None
        try:
            if not self._claim():
                return
            begin(self)
            while self.position["step"] not in LEFT and not self._waits_for_another():
                self._step()
            self._leave()
        except (GaveUpError, RefusalError) as gave_up:
            self.log.surprise("broken_off", f"{self.badge.name} gave up order {order}: {gave_up}")

    def _claim(self) -> bool:
        """Open the order at the station by a tote, else by its number: a tote left empty is nobody's by now."""
        codes = [*(f"T:{tote}" for tote in self.totes if " " not in tote), f"O:{self.order}"]
        view = next((view for code in codes if (view := self._open(code))), None)
        if view is None:
            return False
        self.handheld.work = {"order": self.order}
        self.handheld.epoch = view["lease"]["epoch"]
        self.handheld.list_version = view["list_version"]
        self.see(view)
        return True

    def _open(self, code: str) -> Json | None:
        try:
            return self.handheld.take("/packs/claim", {"code": code})
        except RefusalError as refusal:
            if refusal.code not in NOT_NOW:
                raise
            # It was called off or needs more picking, said while it was on its way here: the runner brings it again.
            self.log.was_told(f"claim {refusal.code}")
            return None

    def _waits_for_another(self) -> bool:
        """The second count is somebody else's."""
        lease = self.view["lease"]
        return self.position["step"] == "recount" and (lease is None or lease["person"] != self.handheld.line.person)

    def _step(self) -> None:
        if self._acts():
            return
        right, before = self._due(), self.position["step"]
        result = self.scan(right, mistakes_at(self))
        if result is None:
            self._told()
        elif result["outcome"] == "accepted":
            self._happened(before, right)

    def _acts(self) -> bool:
        """Let happen what is no scan of the usual way; True when the station looks different now."""
        step = self.position["step"]
        if step == "label":
            return at_label(self)
        if step != "unit" or surplus_on(self.view):
            return False
        return at_unit(self) or (not self.loose and last_look(self))

    def _told(self) -> None:
        """The order is other than it was: go by what the station says now."""
        self.look()
        if (self.view["change"] or {}).get("kind") == "held":
            self.desk.lift(self.order)
        for carton in self.view["cartons"]:
            if self.view["change"] and carton["state"] in {"closed", "labelled"} and self.desk.void(carton["sscc"]):
                self.unpack(carton["number"])
        self.look()

    def unpack(self, number: int) -> None:
        """Lay the content of a carton back on the bench."""
        self.loose += self.bench.cartons.pop(number, [])

    def _happened(self, before: str, right: Right) -> None:
        if before == "recount":
            self.again = None if not right.moved else self.again
            for unit in right.moved:
                (self.again or []).remove(unit)
            return
        if self.taking_out:
            self._set_aside(right)
            return
        for unit in right.moved:
            self.loose.remove(unit)
            self.bench.cartons.setdefault(self._carton(), []).append(unit)
        self.log.reached("units packed", len(right.moved))
        if before == "label":
            self.log.reached("cartons labelled")
        if right.moved:
            after_unit(self, right.moved)
            self.desk.intervene(self.order, "packed")

    def _set_aside(self, right: Right) -> None:
        for unit in right.moved:
            if unit in self.loose:
                self.loose.remove(unit)
            else:
                next(units for units in self.bench.cartons.values() if unit in units).remove(unit)
                self.log.reached("units packed", -1)
            self.floor.set_aside(unit)

    def _carton(self) -> int:
        """Say which carton the last piece went into."""
        taking = [it["number"] for it in self.view["cartons"] if it["state"] == "open" and not it["full"]]
        return int(taking[0]) if taking else max((it["number"] for it in self.view["cartons"]), default=1)

    def _leave(self) -> None:
        step = self.position["step"]
        if step == "finished" and self.order in self.desk.cancelled:
            self.log.reached("orders called off at pack")
        elif step == "finished":
            if self.loose:
                raise GaveUpError(f"{len(self.loose)} pieces are left over")
            self.log.reached("orders packed")
        self.floor.set_loose(self.order, self.loose)
        if step == "finished":
            self.floor.packed(self.order)
        elif step == "recount":
            self.log.happened("second_count")
            self.bench.packers.add(self.badge.name)
            self.is_for_another = True

    def _due(self) -> Right:
        self.taking_out = False
        due = self._DUE.get(self.position["step"])
        if due is None:
            raise GaveUpError(f"nothing is known to do at {self.position['step']}")
        return due(self)

    def _due_totes(self) -> Right:
        waiting = [tote["code"] for tote in self.view["totes"] if not tote["scanned_in"]]
        return Right(shot=Shot(code=f"T:{waiting[0]}"), twice=DONE)

    def _due_label(self) -> Right:
        sscc = self.waiting_carton()["sscc"]
        self.floor.stick(sscc, self.order)
        return Right(shot=Shot(code=f"{HAND}{IN_LABEL}{sscc}", kind="scan_back"), twice=DONE)

    def _due_unit(self) -> Right:
        unit = self._to_take_out()
        if unit is not None:
            self.taking_out = True
            return Right(shot=Shot(code=unit.serial or label(unit, unit.each)), moved=[unit])
        if not self.loose:
            # What was lost on the way is reported, twice as the station asks.
            return Right(shot=Shot(code="C:SHORT"), asks=ASKED) if self.lost else Right(shot=Shot(code="C:CONFIRM"))
        if self.bench.inside and self.random.random() < ANOTHER_CARTON and self._carton_has_content():
            return Right(shot=Shot(kind="close_carton"))
        unit = self.loose[0]
        if unit.serial:
            way = self.random.choice((unit.serial, unit.each, gs1(unit.each, serial=unit.serial)))
            moved = [] if way == unit.each else [unit]
            return Right(shot=Shot(code=way), moved=moved, twice=DONE if moved else frozenset())
        same = Counter(self.loose)[unit]
        code, pack = self.random.choice([code for code in unit.codes if code[1] <= same])
        times = self._times(same // pack)
        number = pack * times
        is_last = self.alike(unit) == number and len(self.loose) > number and not self.has_lost(unit.sku)
        twice = OVER | {"wrong_unit"} if is_last else frozenset()
        shot = Shot(code=label(unit, code), kind="quantity" if times > 1 else "scan", quantity=times)
        return Right(shot=shot, moved=[unit] * number, twice=twice)

    def _times(self, most: int) -> int:
        """Many pieces of a kind are counted and entered as a number where the site allows it."""
        policy = self.view["policy"]
        by_hand = policy["enter_quantity"] and not policy["scan_each"] and most > BY_HAND_ABOVE
        return self.random.randint(2, most) if by_hand and self.random.random() < TYPED else 1

    def _due_again(self) -> Right:
        """Scan what the first count put into the carton once more, piece by piece."""
        if self.again is None:
            self.again = list(self.bench.cartons.get(self.view["recount"]["carton"], ()))
        if not self.again:
            return Right(shot=Shot(code="C:CONFIRM"))
        unit = self.again[0]
        return Right(shot=Shot(code=unit.serial or label(unit, unit.each)), moved=[unit])

    def _due_serial(self) -> Right:
        held = self.position.get("held_sku")
        unit = next((it for it in self.loose if it.sku == held), None)
        if unit is None or unit.serial is None:
            raise GaveUpError(f"there is no piece of {held}")
        return Right(shot=Shot(code=unit.serial), moved=[unit])

    _DUE: ClassVar[Mapping[str, Callable[["Packer"], Right]]] = {
        "totes": _due_totes,
        "unit": _due_unit,
        "recount": _due_again,
        "serial": _due_serial,
        "instruct": lambda _: Right(shot=Shot(code="C:CONFIRM")),
        "weight": lambda packer: Right(shot=Shot(kind="weight", quantity=weight_due(packer))),
        "shelf": lambda packer: Right(shot=Shot(code=f"L:{packer.floor.shelf}")),
        "label": _due_label,
    }

    def _to_take_out(self) -> Unit | None:
        wanted = surplus_on(self.view)
        return next((unit for unit in [*self.loose, *self.bench.inside] if unit.sku in wanted), None)

    def alike(self, unit: Unit) -> int:
        """Count the pieces of the same item that still lie in the totes: one lot may stand in for another."""
        return sum(other.sku == unit.sku for other in self.loose)

    def has_lost(self, sku: str) -> bool:
        """Whether a piece of this item got lost on the way: the books still expect it."""
        return any(unit.sku == sku for unit in self.lost)

    def _carton_has_content(self) -> bool:
        taking = [it for it in self.view["cartons"] if it["state"] == "open" and not it["full"]]
        return any(carton["content"] for carton in taking)

    def waiting_carton(self) -> Json:
        """Give the sealed carton that waits for its label."""
        closed: list[Json] = [it for it in self.view["cartons"] if it["state"] == "closed"]
        if not closed or closed[0]["sscc"] is None:
            raise GaveUpError("no carton waits for its label")
        return closed[0]

    def has_changed(self, result: Mapping[str, Any]) -> bool:
        """Say whether this order was changed by the desk, or is held for what is missing."""
        change = (result.get("view") or self.view)["change"]
        return self.order in self.floor.changed or change is not None

    def standing(self) -> object:
        """Give what a refused scan may not change."""
        packed = [line["packed"] for line in self.view["lines"]]
        return self.position["step"], packed, [it["state"] for it in self.view["cartons"]]

    def where(self) -> str:
        """Name the step for a report."""
        return f"order {self.order}, {self.position['step']}"

    def saw(self, result: Mapping[str, Any]) -> None:
        """Take the answer's view as the truth; a scan in error has none."""
        if result.get("view") is not None:
            self.see(result["view"])

    def look(self) -> None:
        """Look at the order anew."""
        self.see(self.handheld.line.ask("GET", f"/packs/{self.order}"))

    def see(self, view: Json) -> None:
        """Take what the station shows as the truth."""
        self.view, self.position = view, view["position"]
