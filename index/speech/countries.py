"""Words for countries and leagues of them -> one word each: "German", "Germany's" -> germany."""

from __future__ import annotations

import re
import unicodedata

_FORMS = {
    "afghanistan": "Afghan",
    "albania": "Albanian",
    "america": "American|US|U.S.|USA|United States",
    "argentina": "Argentine|Argentinian",
    "armenia": "Armenian",
    "australia": "Australian",
    "austria": "Austrian",
    "azerbaijan": "Azerbaijani|Azeri",
    "belarus": "Belarusian|Belarussian",
    "belgium": "Belgian",
    "brazil": "Brazilian",
    "britain": "British|UK|U.K.|United Kingdom|Great Britain",
    "bulgaria": "Bulgarian",
    "canada": "Canadian",
    "chile": "Chilean",
    "china": "Chinese",
    "colombia": "Colombian",
    "croatia": "Croatian",
    "cuba": "Cuban",
    "cyprus": "Cypriot",
    "denmark": "Danish",
    "egypt": "Egyptian",
    "estonia": "Estonian",
    "ethiopia": "Ethiopian",
    "eu": "EU|E.U.|European Union",
    "finland": "Finnish",
    "france": "French",
    "germany": "German",
    "greece": "Greek",
    "hungary": "Hungarian",
    "iceland": "Icelandic",
    "india": "Indian",
    "indonesia": "Indonesian",
    "iran": "Iranian",
    "iraq": "Iraqi",
    "ireland": "Irish",
    "israel": "Israeli",
    "italy": "Italian",
    "japan": "Japanese",
    "jordan": "Jordanian",
    "kazakhstan": "Kazakh",
    "kenya": "Kenyan",
    "kosovo": "Kosovar",
    "latvia": "Latvian",
    "lebanon": "Lebanese",
    "libya": "Libyan",
    "lithuania": "Lithuanian",
    "malaysia": "Malaysian",
    "mexico": "Mexican",
    "moldova": "Moldovan",
    "nato": "NATO|Nato|North Atlantic Treaty Organization",
    "netherlands": "Dutch",
    "nigeria": "Nigerian",
    "norway": "Norwegian",
    "pakistan": "Pakistani",
    "philippines": "Philippine",
    "poland": "Polish",
    "portugal": "Portuguese",
    "qatar": "Qatari",
    "romania": "Romanian",
    "russia": "Russian",
    "rwanda": "Rwandan",
    "scotland": "Scottish",
    "serbia": "Serbian",
    "slovakia": "Slovak|Slovakian",
    "slovenia": "Slovenian|Slovene",
    "somalia": "Somali",
    "spain": "Spanish",
    "sweden": "Swedish",
    "switzerland": "Swiss",
    "syria": "Syrian",
    "taiwan": "Taiwanese",
    "thailand": "Thai",
    "tunisia": "Tunisian",
    "turkey": "Turkish|Türkiye",
    "uganda": "Ugandan",
    "ukraine": "Ukrainian",
    "un": "UN|U.N.|United Nations",
    "venezuela": "Venezuelan",
    "vietnam": "Vietnamese",
    "wales": "Welsh",
    "yemen": "Yemeni",
    "zimbabwe": "Zimbabwean",
}


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^\w\s]", "", "".join(c for c in bare if not unicodedata.combining(c)))


_COUNTRY = {
    _plain(form): country
    for country, forms in _FORMS.items()
    for form in (country, *forms.split("|"))
}
COUNTRIES = frozenset(_FORMS)
_LONG = {form: country for form, country in _COUNTRY.items() if " " in form}


def country(word: str) -> str:
    """The country or league that a name or an adjective stands for, else empty."""
    return _COUNTRY.get(_plain(word), "")


def shortened(text: str) -> str:
    """Plain small ``text`` in which countries of several words are one: "united states"."""
    for form, one in _LONG.items():
        text = re.sub(rf"\b{form}\b", one, text)
    return text
