"""Loading: each carton is scanned onto the carrier's pallet or trailer against the manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from warehouse.domain import barcodes
from warehouse.domain.codes import BarcodeKind, CartonState, Outcome, ScanKind
from warehouse.domain.packing.effects import CloseManifest, LoadCarton, LoadEffect
from warehouse.domain.packing.texts import say
from warehouse.domain.picking.work import Resolve, Scan
from warehouse.domain.shipping.parcels import sscc_in


class OrderTrouble(StrEnum):
    """Why the carton of an order must not leave now, as it is said."""

    CANCELLED = "cancelled"
    HELD = "is on hold"
    EDITED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestCarton:
    """One carton as the dock knows it; `trouble` when its order changed since it was packed."""

    sscc: str
    order: str
    number: int
    carrier: str
    state: CartonState = CartonState.LABELLED
    trouble: OrderTrouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadingWork:
    """One manifest: the carrier's list for one cutoff; `others` are cartons known to the site but not on this list."""

    id: int
    number: str
    carrier: str
    cartons: Mapping[str, ManifestCarton]
    others: Mapping[str, ManifestCarton]
    void_labels: frozenset[str] = frozenset()
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadVerdict:
    """What a scan on the dock comes to; `asked` must come again to leave cartons behind (rule 8)."""

    outcome: Outcome
    text: str
    effects: tuple[LoadEffect, ...] = ()
    asked: str | None = None

    @property
    def blocked(self) -> bool:
        """Whether the carton may not be loaded."""
        return self.outcome is not Outcome.ACCEPTED


def judge_loading(work: LoadingWork, asked: str | None, scan: Scan, resolve: Resolve) -> LoadVerdict:
    """Decide about one scan on the dock; `asked` is what the last verdict asked to be confirmed again."""
    if work.closed:
        return LoadVerdict(outcome=Outcome.ALREADY_DONE, text=say("load_closed", number=work.number))
    reading = barcodes.read(scan.code or "", scan.via)
    is_confirm = scan.kind is ScanKind.CONFIRM or (scan.kind is ScanKind.SCAN and reading.command == "CONFIRM")
    if is_confirm:
        return _confirm(work, asked)
    if scan.kind not in {ScanKind.SCAN, ScanKind.SCAN_BACK}:
        return LoadVerdict(outcome=Outcome.POLICY, text=say("scan_carton"))
    sscc = _sscc(reading, resolve)
    if sscc is None:
        known = any(resolve(key) for key in reading.keys)
        outcome = Outcome.POLICY if known or reading.command else Outcome.UNKNOWN_BARCODE
        text = say("scan_carton") if outcome is Outcome.POLICY else say("unknown", code=reading.text)
        return LoadVerdict(outcome=outcome, text=text)
    return _judge_carton(work, sscc)


def load(work: LoadingWork, verdict: LoadVerdict) -> LoadingWork:
    """Return the manifest as it is after `verdict`."""
    for effect in verdict.effects:
        if isinstance(effect, LoadCarton):
            carton = replace(work.cartons[effect.sscc], state=CartonState.LOADED)
            work = replace(work, cartons={**work.cartons, effect.sscc: carton})
        else:
            work = replace(work, closed=True)
    return work


def _sscc(reading: barcodes.Reading, resolve: Resolve) -> str | None:
    sscc = sscc_in(reading.keys)
    if sscc is not None:
        return sscc
    found = {it.code for key in reading.keys for it in resolve(key) if it.kind is BarcodeKind.CARTON}
    return found.pop() if len(found) == 1 else None


def _judge_carton(work: LoadingWork, sscc: str) -> LoadVerdict:
    carton = work.cartons.get(sscc)
    if sscc in work.void_labels or (carton is not None and carton.state is CartonState.VOID):
        return LoadVerdict(outcome=Outcome.VOID_LABEL, text=say("load_void"))
    if carton is None:
        return _refuse_foreign(work, work.others.get(sscc))
    if carton.state in {CartonState.LOADED, CartonState.SHIPPED}:
        return _refuse_leaving([carton]) or LoadVerdict(outcome=Outcome.ALREADY_DONE, text=say("load_done"))
    if carton.trouble is not None:
        text = say("load_changed", order=carton.order, change=carton.trouble.value)
        return LoadVerdict(outcome=Outcome.ORDER_CHANGED, text=text)
    if carton.state is not CartonState.LABELLED:
        return LoadVerdict(outcome=Outcome.POLICY, text=say("load_unlabelled"))
    return _load(work, sscc)


def _load(work: LoadingWork, sscc: str) -> LoadVerdict:
    done = len(_loaded(list(work.cartons.values()))) + 1
    pattern = "all_loaded" if done == len(work.cartons) else "loaded"
    text = say(pattern, done=done, planned=len(work.cartons))
    return LoadVerdict(outcome=Outcome.ACCEPTED, text=text, effects=(LoadCarton(work.id, sscc),))


def _refuse_foreign(work: LoadingWork, carton: ManifestCarton | None) -> LoadVerdict:
    if carton is not None and carton.carrier not in {"", work.carrier}:
        return LoadVerdict(outcome=Outcome.NOT_ON_BATCH, text=say("load_carrier", carrier=carton.carrier))
    return LoadVerdict(outcome=Outcome.NOT_ON_BATCH, text=say("load_foreign"))


def _confirm(work: LoadingWork, asked: str | None) -> LoadVerdict:
    cartons = sorted(work.cartons.values(), key=lambda it: (it.order, it.number))
    loaded = _loaded(cartons)
    left = tuple(it.sscc for it in cartons if it.sscc not in loaded)
    if not loaded:
        return LoadVerdict(outcome=Outcome.POLICY, text=say("scan_carton"))
    names = ", ".join(f"{it.order}/{it.number}" for it in cartons if it.sscc in left)
    refusal = _refuse_leaving(cartons)
    if refusal is not None:
        return refusal
    if left and asked != names:
        return LoadVerdict(outcome=Outcome.POLICY, text=say("load_missing", cartons=names), asked=names)
    text = say("manifest_closed", done=len(loaded), planned=len(cartons))
    return LoadVerdict(outcome=Outcome.ACCEPTED, text=text, effects=(CloseManifest(work.id, loaded, left),))


def _refuse_leaving(cartons: Sequence[ManifestCarton]) -> LoadVerdict | None:
    """Name a carton that is on, and whose order changed since."""
    for it in cartons:
        if it.state is CartonState.LOADED and it.trouble is not None:
            text = say("load_off", order=it.order, change=it.trouble.value, carton=it.number)
            return LoadVerdict(outcome=Outcome.ORDER_CHANGED, text=text)
    return None


def _loaded(cartons: Sequence[ManifestCarton]) -> tuple[str, ...]:
    return tuple(it.sscc for it in cartons if it.state is CartonState.LOADED)
