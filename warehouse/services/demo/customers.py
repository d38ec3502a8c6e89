"""Customers of the demo shop: made-up people at believable addresses in several countries."""

from dataclasses import dataclass
from random import Random

from warehouse.domain.orders import ShipTo

CUSTOMERS = 320


@dataclass(frozen=True, slots=True)
class _Country:
    """How people and addresses look there; `street` and `town` are filled in with a number, a street, a postcode.

    In a postcode `9` stands for any digit, `A` for any letter; anything else stands for itself.
    """

    code: str
    share: int
    phone: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    street: str
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]


_COUNTRIES = (
    _Country(
        "GB", 60, "+44 113 496 0",
        ("Olivia", "Harry", "Amelia", "George", "Isla", "Noah", "Priya", "Callum", "Freya", "Rhys", "Niamh", "Tariq"),
        ("Ashworth", "Bennett", "Clarke", "Davies", "Ellis", "Fraser", "Hughes", "Khan", "Murray", "O'Neill", "Patel"),
        "{number} {street}",
        ("Mill Lane", "Station Road", "Church Street", "Victoria Terrace", "Kingsway", "Orchard Close", "High Street"),
        (("Leeds", "LS9 9AA"), ("Bristol", "BS9 9AA"), ("Glasgow", "G99 9AA"), ("Norwich", "NR9 9AA"),
         ("Cardiff", "CF99 9AA"), ("Sheffield", "S9 9AA"), ("Brighton", "BN9 9AA"), ("York", "YO99 9AA")),
    ),
    _Country(
        "DE", 12, "+49 30 23125 ",
        ("Lena", "Jonas", "Mia", "Felix", "Jürgen", "Käthe", "Emre", "Anneliese"),
        ("Müller", "Schröder", "Weiß", "Kowalski", "Demir", "Bauer", "Vogel"),
        "{street} {number}", ("Lindenstraße", "Am Mühlbach", "Goethestraße", "Bergweg", "Hauptstraße"),
        (("Berlin", "10999"), ("Köln", "50999"), ("Leipzig", "04199"), ("München", "81999"), ("Göttingen", "37099")),
    ),
    _Country(
        "FR", 8, "+33 1 99 00 ",
        ("Camille", "Hugo", "Chloé", "Théo", "Inès", "François"),
        ("Lefèvre", "Moreau", "Benoît", "Girard", "N'Diaye", "Dubois"),
        "{number} {street}", ("rue des Lilas", "avenue de la Gare", "boulevard Voltaire", "chemin du Moulin"),
        (("Lyon", "69009"), ("Nantes", "44000"), ("Lille", "59800"), ("Montpellier", "34090")),
    ),
    _Country(
        "IE", 6, "+353 20 912 ",
        ("Aoife", "Seán", "Ciara", "Declan"), ("Byrne", "Gallagher", "Ó Briain", "Walsh"),
        "{number} {street}", ("Patrick Street", "Harbour View", "The Green", "Abbey Road"),
        (("Dublin", "D06 A9A9"), ("Cork", "T12 A9A9"), ("Galway", "H91 A9A9")),
    ),
    _Country(
        "PL", 5, "+48 12 600 ",
        ("Zofia", "Jakub", "Małgorzata", "Łukasz"), ("Wójcik", "Zieliński", "Dąbrowska", "Kaźmierczak"),
        "ul. {street} {number}", ("Długa", "Świętojańska", "Mickiewicza", "Polna"),
        (("Łódź", "90-999"), ("Kraków", "31-999"), ("Gdańsk", "80-899")),
    ),
    _Country(
        "ES", 4, "+34 910 00 ",
        ("Lucía", "Mateo", "Begoña", "Íñigo"), ("García Núñez", "Peña", "Ibáñez", "Castaño"),
        "{street}, {number}", ("Calle Mayor", "Avenida del Mar", "Calle de la Luna"),
        (("Madrid", "28099"), ("Sevilla", "41099"), ("Bilbao", "48099")),
    ),
    _Country(
        "US", 3, "+1 202 555 01",
        ("Madison", "Tyler", "Aaliyah", "Diego"), ("Johnson", "Nguyen", "Rodriguez", "Kowalczyk"),
        "{number} {street}", ("Maple Ave", "Sunset Blvd Apt 4", "Oak St", "County Road 12"),
        (("Portland", "97299"), ("Austin", "78799"), ("Burlington", "05499")),
    ),
    _Country(
        "SE", 2, "+46 8 465 0 ",
        ("Astrid", "Björn", "Åsa"), ("Lindqvist", "Öberg", "Sjöström"),
        "{street} {number}", ("Storgatan", "Kyrkvägen", "Ängsgatan"),
        (("Göteborg", "419 99"), ("Umeå", "909 99")),
    ),
)  # fmt: skip
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """Somebody who orders: the shop's number for them, and where their parcels go."""

    number: str
    ship_to: ShipTo


def make_customers(random: Random) -> tuple[DemoCustomer, ...]:
    """Make the customers of the shop."""
    shares = [country.share for country in _COUNTRIES]
    countries = random.choices(_COUNTRIES, shares, k=CUSTOMERS)
    return tuple(
        DemoCustomer(str(20_000 + number), _address(random, country, number))
        for number, country in enumerate(countries, start=1)
    )


def _address(random: Random, country: _Country, number: int) -> ShipTo:
    name = f"{random.choice(country.first)} {random.choice(country.last)}"
    town, pattern = random.choice(country.towns)
    postcode = _filled(random, pattern)
    line1 = country.street.format(street=random.choice(country.streets), number=random.randint(1, 180))
    return ShipTo(
        name=name,
        line1=line1,
        city=town,
        postcode=postcode,
        country=country.code,
        phone=f"{country.phone}{random.randint(0, 99):02d}",
        email=f"customer{number}@example.com",
        original=(line1,),
    )


def _filled(random: Random, pattern: str) -> str:
    kinds = {"9": "0123456789", "A": _LETTERS}
    return "".join(random.choice(kinds[sign]) if sign in kinds else sign for sign in pattern)
