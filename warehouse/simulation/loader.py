"""The virtual loader: scans every labelled carton onto its carrier's list and lets the carriers leave."""

from collections.abc import Iterator, Mapping
from typing import Any

from warehouse.simulation.handheld import Json, Shot
from warehouse.simulation.wire import RefusalError
from warehouse.simulation.worker import HAND, GaveUpError, Mistake, Right, Worker

IN_LABEL = f"{HAND}00"
DONE = frozenset({"already_done"})


class Loader(Worker):
    """Somebody at the dock after everything is packed."""

    def run(self) -> None:
        """Load every open list and close it."""
        self.handheld.sign_in()
        line = self.handheld.line
        lists = [line.ask("GET", f"/manifests/{head['id']}") for head in line.pages("/manifests?state=open")]
        try:
            for number, manifest in enumerate(lists):
                others = [entry["sscc"] for other in lists[:number] + lists[number + 1 :] for entry in other["entries"]]
                self._load(manifest, others)
        except (GaveUpError, RefusalError) as gave_up:
            self.log.surprise("broken_off", f"{self.badge.name} gave up loading: {gave_up}")

    def _load(self, manifest: Json, others: list[str]) -> None:
        self.manifest = manifest["id"]
        self.handheld.work = {"manifest": self.manifest}
        waiting = [entry for entry in manifest["entries"] if entry["state"] == "labelled"]
        self.loaded: int | None = None
        done: list[str] = []
        for entry in waiting:
            shot = Shot(code=f"{IN_LABEL}{entry['sscc']}")
            while self.scan(Right(shot=shot, twice=DONE), [*_mistakes(done, others)]) is None:
                self.think()
            done.append(entry["sscc"])
        if done and self.scan(Right(shot=Shot(code="C:CONFIRM")), []) is not None:
            self.log.reached("cartons shipped", len(done))

    def has_changed(self, result: Mapping[str, Any]) -> bool:
        """Nothing changes any more."""
        return False

    def standing(self) -> object:
        """Give what a refused scan may not change."""
        return self.loaded

    def where(self) -> str:
        """Name the step for a report."""
        return f"list {self.manifest}"

    def saw(self, result: Mapping[str, Any]) -> None:
        """Take the answer's count as the truth."""
        if result.get("position") is not None:
            self.loaded = result["position"]["loaded"]


def _mistakes(done: list[str], others: list[str]) -> Iterator[Mistake]:
    """A carton that is on the pallet already, one of another carrier, and leaving too early."""
    if done:
        yield Mistake("one_too_many", Shot(code=f"{IN_LABEL}{done[-1]}"), DONE)
        yield Mistake("one_too_few", Shot(code="C:CONFIRM"), frozenset({"policy"}))
    if others and done:
        yield Mistake("wrong_label", Shot(code=f"{IN_LABEL}{others[0]}"), frozenset({"not_on_batch"}))
