"""One good document of every kind, with values of the size a warehouse has."""

from dataclasses import replace

from printers.documents import (
    Badge,
    BatchLabel,
    BinLabel,
    CartLabel,
    CartonContents,
    Cn22,
    Cn23,
    Command,
    CommandSheet,
    CommercialInvoice,
    ContentLine,
    Document,
    GiftNote,
    GoodsLine,
    ItemLabel,
    LimitedQuantityMark,
    LogisticLabel,
    Manifest,
    ManifestCarton,
    PackingSlip,
    Party,
    PickLine,
    PickList,
    PickStop,
    PrinterTestPage,
    ReturnLabel,
    ShippingLabel,
    SlipLine,
    StationLabel,
    ToteLabel,
)
from printers.gs1 import sscc

SSCC = sscc(3, "4012345", 18)
SHOP = ("Hearth & Home Gifts", "14 Canal Wharf", "Leeds LS11 5PS", "United Kingdom")
ZOE = ("Zoë Łukasiewicz-Müller", "Kwiatowa 12/4", "61-881 Poznań", "Poland")

LABELS: dict[str, Document] = {
    "bin": BinLabel(code="A-03-12-2", barcode="L:A-03-12-2", zone="A", note="pick face"),
    "tote": ToteLabel(code="T0417", barcode="T:T0417", note="60 x 40 x 32"),
    "cart": CartLabel(code="CART-03", barcode="K:CART-03", slots=12),
    "batch": BatchLabel(number="B-1042", barcode="B:B-1042", cutoff="16:30", orders=12, lines=87),
    "item_ean13": ItemLabel(
        sku="85123A", name="White hanging heart t-light holder", barcode="4006381333931", code_kind="gtin"
    ),
    "item_ean8": ItemLabel(sku="22423", name="Regency cakestand 3 tier", barcode="96385074", code_kind="gtin"),
    "item_upca": ItemLabel(sku="47566", name="Party bunting", barcode="036000291452", code_kind="gtin"),
    "item_internal": ItemLabel(
        sku="20725", name="Lunch bag red retrospot", barcode="20725", code_kind="internal", unit="case", pack_quantity=6
    ),
    "badge": Badge(name="Ana Kowalczyk", role="Picker", barcode="U:7F3K9Q2M", site="Leeds Warehouse"),
    "station": StationLabel(code="PACK-2", name="Pack station 2", barcode="S:PACK-2"),
    "shipping": ShippingLabel(
        from_lines=SHOP,
        to_lines=ZOE,
        order_number="536365",
        sscc=SSCC,
        carrier="DHL",
        service="Parcel Connect",
        carton=1,
        cartons=2,
        weight_g=4230,
        postcode="61-881",
        ship_by="21 Nov 2026",
    ),
    "return": ReturnLabel(
        from_lines=ZOE,
        to_lines=SHOP,
        number="R-10042",
        barcode="R-10042",
        order_number="536365",
        reason="Wrong item sent",
        pieces=2,
        hint="Put this label on the parcel, over the old one.",
    ),
    "test_page": PrinterTestPage(
        printer="ZD-2 at Pack 2", profile="zebra_203", printed_at="21 Nov 2026 09:14", barcode="TEST-1"
    ),
}
"""Labels by a name of their own."""

TRACKED = ItemLabel(
    sku="FD-1001",
    name="Oat biscuits 250 g",
    barcode="4006381333931",
    code_kind="gtin",
    lot="L2607A",
    expires_on="2027-02-28",
)
"""An item label whose barcode holds GTIN, expiry and lot."""

_NAMES = (
    "WHITE HANGING HEART T-LIGHT HOLDER",
    "REGENCY CAKESTAND 3 TIER",
    "JUMBO BAG RED RETROSPOT",
    "PACK OF 72 RETROSPOT CAKE CASES",
    "SET OF 3 CAKE TINS PANTRY DESIGN WITH A LONG DESCRIPTION THAT NEEDS TWO LINES",
)


def a_pick_list(stops: int = 30, lines_per_stop: int = 2) -> PickList:
    """Make a pick list of so many stops, for a cart of twelve totes."""
    return PickList(
        number="B-1042",
        barcode="B:B-1042",
        picker="Ana Kowalczyk",
        cart="CART-03",
        carrier="DHL",
        cutoff="16:30",
        printed_at="21 Nov 2026 09:14",
        stops=tuple(_a_stop(number, lines_per_stop) for number in range(stops)),
    )


def _a_stop(number: int, lines: int) -> PickStop:
    return PickStop(
        bin=f"A-{number // 20 + 1:02d}-{number % 20 + 1:02d}-{number % 4 + 1}",
        lines=tuple(_a_line(number * lines + line) for line in range(lines)),
    )


def _a_line(number: int) -> PickLine:
    return PickLine(
        sku=f"{20000 + number * 7}{'A' if number % 3 else ''}",
        name=_NAMES[number % len(_NAMES)],
        quantity=number % 23 + 1,
        lot=f"L26{number % 40:02d}A" if number % 5 == 0 else "",
        slot=f"{number % 12 + 1}",
        tote=f"T{400 + number % 12:04d}",
        order=str(536365 + number % 12),
    )


def a_packing_slip(lines: int = 14, **values: object) -> PackingSlip:
    """Make a packing slip; every fourth line has some units still to come."""
    stated: dict[str, object] = {
        "order_number": "536365",
        "barcode": "O:536365",
        "shop_lines": SHOP,
        "to_lines": ZOE,
        "carton": 1,
        "cartons": 2,
        "ordered_on": "19 Nov 2026",
        "packed_on": "21 Nov 2026",
        "carrier": "DHL Parcel",
        "footer": "Something missing? Write to help@hearth.example with your order number.",
        "lines": tuple(_a_slip_line(number) for number in range(lines)),
    }
    return PackingSlip(**{**stated, **values})  # type: ignore[arg-type] - builders take any field


def _a_slip_line(number: int) -> SlipLine:
    return SlipLine(
        sku=f"{20000 + number * 7}A",
        name=_NAMES[number % len(_NAMES)],
        in_carton=number % 7 + 1,
        to_come=3 if number % 4 == 1 else 0,
        price="£2.55",
        amount=f"£{2.55 * (number % 7 + 1):.2f}",
    )


def a_manifest(cartons: int = 40) -> Manifest:
    """Make a manifest of so many cartons."""
    return Manifest(
        number="M-0217",
        barcode="M-0217",
        carrier="DHL Parcel",
        cutoff="21 Nov 2026 16:30",
        from_lines=SHOP,
        printed_at="21 Nov 2026 16:31",
        cartons=tuple(
            ManifestCarton(
                sscc=sscc(3, "4012345", number),
                order_number=str(536365 + number),
                ship_to="61-881 Poznań, Poland",
                service="Parcel Connect",
                weight_g=800 + 137 * number,
            )
            for number in range(cartons)
        ),
    )


COMMANDS = CommandSheet(
    title="Commands, pack station 2",
    commands=tuple(
        Command(barcode=f"C:{name}", title=name.capitalize(), hint=hint)
        for name, hint in (
            ("CONFIRM", "finish this step"),
            ("UNDO", "take back your last scan"),
            ("SHORT", "less there than asked"),
            ("DAMAGED", "put it on the damaged shelf"),
            ("SKIP", "do this stop later"),
            ("HELP", "call the lead"),
            ("PRINT", "print the label"),
            ("REPRINT", "print it again, marked"),
            ("PAUSE", "keep my place"),
            ("LOGOUT", "end my session"),
        )
    ),
)

GIFT_NOTE = GiftNote(
    text="Happy birthday, dear Zoë!\nMay the year ahead be bright, and the tea never cold.",
    order_number="536365",
    to="Dear Zoë",
    sender="With love, Ben",
)

GOODS = (
    GoodsLine(
        description="T-light holder, glass",
        sku="85123A",
        quantity=6,
        unit_cents=255,
        unit_weight_g=180,
        hs_code="7013990000",
        origin="CN",
    ),
    GoodsLine(
        description="Lunch bag, cotton, printed",
        sku="20725",
        quantity=10,
        unit_cents=165,
        unit_weight_g=95,
        hs_code="42029291",
        origin="IN",
    ),
    GoodsLine(
        description="Cake tin, steel, set of three with a long description that takes a second line",
        sku="22720",
        quantity=1,
        unit_cents=1495,
        unit_weight_g=1210,
        hs_code="732393",
        origin="PT",
    ),
)
SELLER = Party(
    lines=SHOP, eori="GB123456789000", vat_number="GB123456789", ioss="IM2760000123", phone="+44 113 496 0000"
)
BUYER = Party(lines=ZOE, phone="+48 22 55 50 123", email="zoe@post.example")

LOGISTIC = LogisticLabel(
    sscc=SSCC,
    from_lines=SHOP,
    to_lines=ZOE,
    description="White hanging heart t-light holder",
    content_gtin="04006381333931",
    count=48,
    lot="L2607A",
    carton=1,
    cartons=2,
)

LABELS |= {
    "logistic": LOGISTIC,
    "logistic_2d": replace(LOGISTIC, best_before="2027-02-28", postcode="61-881", purchase_order="PO-77"),
    "limited_quantity": LimitedQuantityMark(order_number="536365"),
    "cn22": Cn22(
        order_number="536365",
        category="sale_of_goods",
        lines=GOODS,
        currency="GBP",
        gross_weight_g=3420,
        signed_on="21 Nov 2026",
        signed_by="Ben Okafor",
    ),
}

CN23 = Cn23(
    order_number="536365",
    barcode="RR473124829PL",
    sender=SELLER,
    receiver=BUYER,
    category="sale_of_goods",
    lines=GOODS,
    currency="GBP",
    gross_weight_g=3420,
    signed_on="21 Nov 2026",
    signed_by="Ben Okafor",
    postage_cents=1250,
    invoice="INV-2026-0417",
    office_of_origin="Leeds, 21 Nov 2026",
)

INVOICE = CommercialInvoice(
    number="INV-2026-0417",
    order_number="536365",
    date="21 Nov 2026",
    seller=SELLER,
    buyer=BUYER,
    lines=GOODS,
    currency="GBP",
    incoterm="DAP",
    incoterm_place="Poznań",
    reason="Sale",
    gross_weight_g=3420,
    parcels=2,
    freight_cents=1250,
    carrier="DHL Parcel",
    tracking="JJD00039012345678",
    signed_by="Ben Okafor",
)

CONTENTS = CartonContents(
    order_number="536365",
    sscc=SSCC,
    carton=1,
    cartons=2,
    packed_by="Ben Okafor",
    packed_on="21 Nov 2026 09:31",
    packaging="Carton M",
    weight_g=4230,
    lines=(
        ContentLine(sku="85123A", name="White hanging heart t-light holder", quantity=6, barcode="4006381333931"),
        ContentLine(sku="FD-1001", name="Oat biscuits 250 g", quantity=12, lot="L2607A", expires_on="2027-02-28"),
        ContentLine(
            sku="EL-204",
            name="Radio",
            quantity=7,
            barcode="96385074",
            serials=tuple(f"SN{number:06d}" for number in range(7)),
        ),
    ),
)

SHEETS: dict[str, Document] = {
    "cn23": CN23,
    "invoice": INVOICE,
    "contents": CONTENTS,
    "pick_list": a_pick_list(),
    "packing_slip": a_packing_slip(gift_note="Happy birthday, dear Zoë!"),
    "manifest": a_manifest(),
    "commands": COMMANDS,
    "gift_note": GIFT_NOTE,
}
"""Sheets by a name of their own."""
