"""Virtual packers: they take picked orders to a station, scan every piece into a carton and the label back on it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from warehouse.simulation.floor import Unit
from warehouse.simulation.handheld import Json, Shot
from warehouse.simulation.pack_mistakes import mistakes_at
from warehouse.simulation.picker import DONE, OVER, wait_a_moment
from warehouse.simulation.wire import RefusalError
from warehouse.simulation.worker import HAND, GaveUpError, Right, Worker, gs1, label

ANOTHER_CARTON = 0.03
"""How often a carton is full before the order is."""

IN_LABEL = "00"
"""The GS1 application identifier of a carton's serial."""


class Packer(Worker):
    """One packer at a station."""

    view: Json
    position: Json

    def run(self) -> None:
        """Pack until everybody else is done and nothing waits, or it is time to go home."""
        self.handheld.sign_in()
        while not self.floor.stopped:
            order = self.floor.next_to_pack()
            if order is not None:
                self._pack_order(order)
            elif self.floor.all_brought:
                return
            else:
                wait_a_moment()

    def _pack_order(self, order: str) -> None:
        self.order = order
        self.totes, self.loose = self.floor.units_of(order)
        self.inside: list[Unit] = []
        try:
            self._claim()
            while self.position["step"] != "finished":
                self._step()
            self._finish()
        except (GaveUpError, RefusalError) as gave_up:
            self.log.surprise("broken_off", f"{self.badge.name} gave up order {order}: {gave_up}")

    def _claim(self) -> None:
        try:
            view = self.handheld.take("/packs/claim", {"code": f"T:{self.totes[0]}"})
        except RefusalError as refusal:
            if refusal.code != "not_owner":
                raise
            view = self.handheld.take(f"/packs/{self.order}/take-over", {})
        self.handheld.work = {"order": self.order}
        self.handheld.epoch = view["lease"]["epoch"]
        self.handheld.list_version = view["list_version"]
        self._look(view)

    def _step(self) -> None:
        right = self._due()
        before = self.position["step"]
        result = self.scan(right, mistakes_at(self))
        if result is None:
            self._look(self.handheld.line.ask("GET", f"/packs/{self.order}"))
            return
        for unit in right.moved:
            self.loose.remove(unit)
            self.inside.append(unit)
        self.log.reached("units packed", len(right.moved))
        if before == "label":
            self.log.reached("cartons labelled")

    def _finish(self) -> None:
        if self.loose:
            raise GaveUpError(f"{len(self.loose)} pieces are left over")
        self.log.reached("orders packed")
        self.floor.packed(self.order)

    def _due(self) -> Right:
        match self.position["step"]:
            case "totes":
                waiting = [tote["code"] for tote in self.view["totes"] if not tote["scanned_in"]]
                return Right(shot=Shot(code=f"T:{waiting[0]}"), twice=DONE)
            case "unit":
                return self._due_unit()
            case "serial":
                return self._due_serial()
            case "instruct":
                return Right(shot=Shot(code="C:CONFIRM"))
            case "label":
                sscc = self._waiting_carton()
                self.floor.stick(sscc, self.order)
                return Right(shot=Shot(code=f"{HAND}{IN_LABEL}{sscc}", kind="scan_back"), twice=DONE)
        raise GaveUpError(f"nothing is known to do at {self.position['step']}")

    def _due_unit(self) -> Right:
        if not self.loose:
            return Right(shot=Shot(code="C:CONFIRM"))
        if self.inside and self.random.random() < ANOTHER_CARTON and self._carton_has_content():
            return Right(shot=Shot(kind="close_carton"))
        unit = self.loose[0]
        if unit.serial:
            way = self.random.choice((unit.serial, unit.each, gs1(unit.each, serial=unit.serial)))
            moved = [] if way == unit.each else [unit]
            return Right(shot=Shot(code=way), moved=moved, twice=DONE if moved else frozenset())
        same = Counter(self.loose)[unit]
        code, pack = self.random.choice([code for code in unit.codes if code[1] <= same])
        twice = OVER | {"wrong_unit"} if self._alike(unit) == pack and len(self.loose) > pack else frozenset()
        return Right(shot=Shot(code=label(unit, code)), moved=[unit] * pack, twice=twice)

    def _due_serial(self) -> Right:
        held = self.position.get("held_sku")
        unit = next((it for it in self.loose if it.sku == held), None)
        if unit is None or unit.serial is None:
            raise GaveUpError(f"there is no piece of {held}")
        return Right(shot=Shot(code=unit.serial), moved=[unit])

    def _alike(self, unit: Unit) -> int:
        """Count the pieces of the same item that still lie in the totes: one lot may stand in for another."""
        return sum(other.sku == unit.sku for other in self.loose)

    def _carton_has_content(self) -> bool:
        taking = [it for it in self.view["cartons"] if it["state"] == "open" and not it["full"]]
        return any(carton["content"] for carton in taking)

    def _waiting_carton(self) -> str:
        closed = [it for it in self.view["cartons"] if it["state"] == "closed"]
        if not closed or closed[0]["sscc"] is None:
            raise GaveUpError("no carton waits for its label")
        return str(closed[0]["sscc"])

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
            self._look(result["view"])

    def _look(self, view: Json) -> None:
        self.view, self.position = view, view["position"]
