"""Names and places of the made-up people. Phones lie in ranges that are kept for stories; nobody is reached there."""

from __future__ import annotations

from typing import NamedTuple


class Land(NamedTuple):
    """Where some of them live; `weight` is how many."""

    code: str
    language: str
    weight: int
    cities: tuple[tuple[str, str], ...]
    """(city, zone)"""
    given: tuple[str, ...]
    family: tuple[str, ...]
    phone: str = ""
    """A number with `#` for the digits that differ; empty: they gave none."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace("_", " ").split("|"))


LANDS = (
    Land(
        "GB",
        "en",
        26,
        (
            ("London", "Europe/London"),
            ("Leeds", "Europe/London"),
            ("Glasgow", "Europe/London"),
            ("Truro", "Europe/London"),
        ),
        _words("Amelia|Oliver|Isla|George|Freya|Arthur|Poppy|Harry|Imogen|Callum|Niamh|Rhys|Saoirse|Dev|Zara"),
        _words(
            "Smith|Jones|Taylor|Brown|Featherstonehaugh-Cholmondeley|Evans|Patel|Walker|Hughes|O'Neill|Khan|Okafor|Price"
        ),
        "+447700900###",
    ),
    Land(
        "US",
        "en",
        22,
        (
            ("Portland", "America/Los_Angeles"),
            ("Austin", "America/Chicago"),
            ("Brooklyn", "America/New_York"),
            ("Denver", "America/Denver"),
        ),
        _words("Emma|Liam|Ava|Noah|Mia|Ethan|Sofia|Mason|Harper|Jayden|Aaliyah|Diego|Priya|Wyatt|Mary_Elizabeth"),
        _words("Johnson|Garcia|Miller|Davis|Martinez|Nguyen|Anderson|Jackson|Lee|Thompson|Washington|Kowalski|Li"),
        "+1212555010#",
    ),
    Land(
        "DE",
        "de",
        14,
        (
            ("Berlin", "Europe/Berlin"),
            ("München", "Europe/Berlin"),
            ("Köln", "Europe/Berlin"),
            ("Leipzig", "Europe/Berlin"),
        ),
        _words("Anna|Lukas|Mia|Jürgen|Käthe|Finn|Lea|Jonas|Emine|Björn|Maximiliane|Paul|Greta"),
        _words("Müller|Schmidt|Weiß|Yılmaz|Becker|Schröder|Graf_von_und_zu_Hohenlohe-Langenburg|Vogel|Öztürk|Krüger"),
        "+4917139200##",
    ),
    Land(
        "FR",
        "fr",
        8,
        (("Paris", "Europe/Paris"), ("Lyon", "Europe/Paris"), ("Nîmes", "Europe/Paris")),
        _words("Chloé|Léo|Zoé|Hugo|Inès|Gaëlle|Théo|Françoise|Aïcha"),
        _words("Martin|Lefèvre|Dubois|Benali|Moreau|Garçon|N'Diaye"),
        "+3363998####",
    ),
    Land(
        "ES",
        "es",
        5,
        (("Sevilla", "Europe/Madrid"), ("Bilbao", "Europe/Madrid")),
        _words("Lucía|Martín|Íñigo|Carmen|Begoña|José_María"),
        _words("García|Muñoz|Fernández_de_la_Vega|Peña|Ibáñez"),
    ),
    Land(
        "BR",
        "pt",
        5,
        (("São Paulo", "America/Sao_Paulo"), ("Recife", "America/Recife")),
        _words("João|Antônia|Thiago|Conceição|Luíza"),
        _words("Silva|Gonçalves|dos_Santos|Araújo|Assunção"),
    ),
    Land(
        "PL",
        "pl",
        4,
        (("Kraków", "Europe/Warsaw"), ("Łódź", "Europe/Warsaw")),
        _words("Zofia|Łukasz|Agnieszka|Michał|Świętosława"),
        _words("Nowak|Wiśniewska|Brzęczyszczykiewicz|Wójcik"),
    ),
    Land(
        "AU",
        "en",
        5,
        (("Melbourne", "Australia/Melbourne"), ("Perth", "Australia/Perth"), ("Hobart", "Australia/Hobart")),
        _words("Charlotte|Jack|Ruby|Lachlan|Matilda|Tane"),
        _words("Wilson|Campbell|Nguyen|Kelly|Papadopoulos"),
    ),
    Land(
        "JP",
        "ja",
        4,
        (("東京", "Asia/Tokyo"), ("京都", "Asia/Tokyo")),
        _words("陽菜|蓮|美咲|悠真|さくら"),
        _words("佐藤|鈴木|高橋|田中|小鳥遊"),
    ),
    Land(
        "IN",
        "en",
        4,
        (("Mumbai", "Asia/Kolkata"), ("Chennai", "Asia/Kolkata")),
        _words("Aarav|Ananya|Venkatanarasimharajuvaripeta|Diya|Rohan"),
        _words("Sharma|Iyer|Subramaniam|Kaur|Banerjee"),
    ),
    Land(
        "GR",
        "el",
        2,
        (("Αθήνα", "Europe/Athens"),),
        _words("Ελένη|Γιώργος|Κατερίνα"),
        _words("Παπαδοπούλου|Νικολάου"),
    ),
    Land(
        "UA",
        "uk",
        2,
        (("Київ", "Europe/Kyiv"),),
        _words("Оксана|Тарас|Соломія"),
        _words("Шевченко|Коваленко"),
    ),
    Land(
        "EG",
        "ar",
        2,
        (("القاهرة", "Africa/Cairo"),),
        _words("فاطمة|أحمد|يوسف"),
        _words("حسن|المصري"),
    ),
    Land(
        "KR",
        "ko",
        1,
        (("서울", "Asia/Seoul"),),
        _words("지우|민준|서연"),
        _words("김|이|박"),
    ),
    Land(
        "NZ",
        "en",
        1,
        (("Ōtautahi", "Pacific/Auckland"),),
        _words("Aroha|Wiremu|Mere"),
        _words("Tāmihana|Clarke"),
    ),
)
