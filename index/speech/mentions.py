"""Article text -> the names in it, each with the role it is introduced by.

No parser: a name is a run of capitalised words, cut after the last word that is a role
("Kremlin spokesman" | "Dmitry Peskov"). Roles are found on both sides of a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROLES = frozenset(
    "president vice-president minister premier secretary general chancellor chief chairman "
    "chairwoman chair chairperson spokesman spokeswoman spokesperson senator sen rep gov governor "
    "mayor congressman congresswoman representative ambassador envoy commissioner director head "
    "leader candidate nominee judge justice attorney prosecutor lawyer king queen prince princess "
    "pope bishop archbishop cardinal rabbi imam reverend rev father sister captain capt commander "
    "cmdr colonel col lieutenant lt lt. major maj sergeant sgt officer admiral adm marshal general "
    "gen sheriff coach professor prof doctor dr mr mrs ms miss sir lord lady dame analyst "
    "economist author writer journalist reporter editor columnist host strategist adviser advisor "
    "consultant manager executive ceo cfo founder co-founder owner researcher scientist historian "
    "expert activist actor actress singer speaker whip treasurer lawmaker legislator deputy "
    "assistant aide counsel counselor councilman councilwoman councillor delegate pollster pastor "
    "emir sultan sheikh ayatollah dictator billionaire businessman businesswoman mogul tycoon "
    "frontrunner front-runner rival colleague comedian pundit commentator anchor blogger resident "
    "voter student teacher farmer pilot soldier veteran player star director-general "
    "secretary-general laureate inspector superintendent detective warden principal dean provost "
    "trustee publisher producer correspondent spokespeople co-chair co-chairman undersecretary "
    "official engineer meteorologist forecaster superintendent quarterback surgeon nurse physician "
    "psychologist sociologist epidemiologist biologist geologist climatologist economist scholar "
    "designer filmmaker songwriter musician rapper guitarist drummer astronaut firefighter "
    "paramedic investigator contractor developer programmer architect accountant broker banker "
    "investor retailer farmer rancher fisherman chef organizer campaigner advocate "
    "whistleblower novelist poet playwright essayist photographer cartoonist illustrator curator "
    "librarian archivist archaeologist physicist chemist astronomer mathematician statistician "
    "technologist strategist lobbyist prosecutor paralegal solicitor barrister magistrate "
    "ombudsman comptroller assemblyman assemblywoman alderman selectman freshman sophomore "
    "captain goalkeeper striker midfielder defender pitcher catcher outfielder linebacker "
    "cornerback receiver archdeacon chaplain cmdr. lady "
    "vice-chairman vice-chair vice-chancellor co-owner co-author co-host cofounder vp svp evp "
    "famer".split()  # of the Hall of Fame
)
# Small words that stand before a role: "first lady", "deputy prime minister".
_BEFORE_ROLES = frozenset(
    "first vice prime deputy press foreign defense defence finance interior health justice energy "
    "acting interim former executive managing chief senior assistant associate attorney national "
    "security communications campaign state presidential vice-presidential lead head".split()
)
# What is named and does not speak, by its first or by its last word.
_THINGS_FIRST = frozenset("hurricane typhoon cyclone tropical route interstate highway".split())
_THINGS_LAST = frozenset(
    "bowl cup open awards series prize act amendment treaty avenue boulevard highway airport "
    "stadium arena festival season beach island photos caption".split()
)
FEMALE_ROLES = frozenset(
    "chairwoman spokeswoman congresswoman queen princess sister mrs ms miss lady dame actress "
    "businesswoman councilwoman mother daughter wife woman girl widow aunt".split()
)
MALE_ROLES = frozenset(
    "chairman spokesman congressman king prince pope father mr sir lord actor businessman "
    "councilman son husband man boy uncle brother".split()
)
ORGANISATIONS = frozenset(
    "ministry department committee commission council agency bureau office university college "
    "institute party house senate congress court union association federation organization "
    "organisation group company corporation corp inc foundation center centre campaign government "
    "administration parliament duma kremlin pentagon nato army navy police service forces force "
    "news times post journal press agency bank fund church school board authority league coalition "
    "alliance network media tv radio reuters bloomberg afp ap cnn msnbc abc nbc cbs fox politico "
    "poll report survey study statement consulting secretariat directorate centers "
    "centres ministers institutes archives library academy observatory consultancy watchdog "
    "embassy republic states kingdom nations state city county team society club trust hospital "
    "museum airlines".split()
)
_NOT_NAMES = frozenset(
    "the a an in on at but and or for from to of by with as if when while after before since "
    "because although though he she it they we i you his her their its our my your this that "
    "these those there here what who which where why how not no yes amid despite like unlike "
    "without within per via beyond toward towards upon across around behind above below near "
    "among amongst perhaps unfortunately fortunately indeed instead likewise moreover "
    "nevertheless otherwise therefore thus again always never often sometimes maybe well ok "
    "okay please so then now still yet also "
    "even just only more most many some few several all both each every other another one two "
    "three first last next monday tuesday wednesday thursday friday saturday sunday january "
    "february march april june july august september october november december jan feb mar apr "
    "jun jul aug sept sep oct nov dec asked told said says according meanwhile however earlier "
    "later today yesterday tomorrow tonight once during under over about against between among "
    "take see read watch watched click meet consider ask tell call make get look find follow join "
    "sign "
    "subscribe thank thanks check start want need hide caption related contact visit learn "
    "into through until unless whether nor neither either is are was were be been do does did has "
    "have had will would can could may might must should let it's he's she's i'm we're they're "
    "that's don't '' nobody everybody somebody anybody everyone someone anyone none nothing "
    "something everything anything".split()
)
_PARTIES = frozenset({"Democratic", "Republican"})  # what somebody is called and is no name
_PARTICLES = frozenset(
    "von van der den de del della di da dos la le el al bin ibn ben ter ten st".split()
)
_TOKEN = re.compile(r"[^\W_](?:[\w’'\-]|\.(?=\w))*\.?")
_GAP = re.compile(r" ?\(?|[ \u00a0]+")
_SLIP = re.compile(r"(?:\A|\n)[\"“]?(?P<first>[a-z]{3,12}) \Z")
_ROLE_WORDS = ROLES | _BEFORE_ROLES
_WITHIN = _PARTICLES | {"of"}  # a name, small
# Behind these a word for a role is a verb: "to judge Moscow", "will host Biden".
_VERBAL = re.compile(
    r"\b(?:to|will|would|can|could|may|might|must|should|shall|not|n['’]t)\s$", re.I
)
_CREDENTIAL = frozenset("jr jr. sr sr. ii iii iv".split())
_DOTTED = ROLES | _CREDENTIAL  # whose full stop is their own
_NO_FIRST_NAMES = _ROLE_WORDS | _NOT_NAMES | _PARTICLES


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text, ``start:end`` in code points, with the role words before it."""

    start: int
    end: int
    name: str
    role: str = ""


def find(text: str) -> tuple[Mention, ...]:
    """Names in text order."""
    made = (_mention(text, run) for run in _runs(text))
    return tuple(_with_first(text, one) for one in made if one)


def _with_first(text: str, mention: Mention) -> Mention:
    """The name with a first name that a slip left small at the start of a paragraph."""
    if " " in mention.name or is_organisation(mention.name):
        return mention
    slip = _SLIP.search(text[max(0, mention.start - 20) : mention.start])
    if slip is None or slip["first"] in _NO_FIRST_NAMES:
        return mention
    name = f"{slip['first']} {mention.name}"
    start = mention.start - len(slip["first"]) - 1
    return Mention(start, mention.end, name, mention.role)


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Runs of words that are capitalised, or are roles or particles between such words."""
    run: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        word = match.group()
        joined = bool(run) and text[run[-1][1] : start] in (" ", "\u00a0", "\n")
        if run and not joined:
            yield run
            run = []
        if _belongs(word, bool(run)) or _joins(text, run, word, end):
            stop = end - _trailing(word)
            run.append((start, stop))
            if stop != end or len(run) > 14:
                yield run
                run = []
        elif run:
            yield run
            run = []
    if run:
        yield run


def _trailing(word: str) -> int:
    """How many characters at a word's end are not the name's: a full stop, a possessive."""
    if word.endswith(("'s", "’s")):
        return 2
    plain = word[:-1]
    stops = word.endswith(".") and len(plain) > 2 and "." not in plain
    return int(stops and plain.lower() not in _DOTTED)


def _belongs(word: str, running: bool) -> bool:
    lower = word.rstrip(".").lower()
    if word[0].isupper():
        return lower not in _NOT_NAMES
    return lower in _ROLE_WORDS or (running and lower in _WITHIN)


def _joins(text: str, run: Sequence[tuple[int, int]], word: str, end: int) -> bool:
    """Whether "for" or "and" goes on in the name of a body: Centers for Disease Control and ..."""
    if not run or word not in ("for", "and") or not text[end + 1 : end + 2].isupper():
        return False
    words = [text[a:b].lower() for a, b in run]
    if word == "and":
        return "for" in words or words[-1] == "health"
    return any(one in ORGANISATIONS for one in words)


def _mention(text: str, run: Sequence[tuple[int, int]]) -> Mention | None:
    words = [text[a:b] for a, b in run]
    cut = split_role(words)
    while cut < len(words) and not words[cut][0].isupper() and words[cut] not in _PARTICLES:
        cut += 1
    end = len(words)
    while end > cut and not words[end - 1][0].isupper():
        end -= 1
    if cut >= end:
        return None
    if cut and "of" in words[cut + 1 : end]:
        end = words.index("of", cut + 1)
    while cut + 1 < end and words[cut].endswith(("-based", "-born", "-area")):
        cut += 1
    given = _given_names()
    if end - cut > 2 and words[cut] not in given and words[cut + 1] in given:
        cut += len(words[cut]) > 2 and words[cut + 1] != words[end - 1]  # "Universe Alicia Machado"
    if end - cut > 1 and words[cut] in _PARTIES and not is_organisation(" ".join(words[cut:end])):
        cut += 1  # "Democratic Florida state senator"
    start, stop = run[cut][0], run[end - 1][1]
    name = clean(text[start:stop])
    if is_thing(name) or (cut and name == "General"):  # "the Inspector General" names nobody
        return None
    role = " ".join(words[:cut]).strip()
    is_role = _has_role(role) and not _VERBAL.search(text[max(0, run[0][0] - 10) : run[0][0]])
    return Mention(start, stop, name, role if is_role else "")


def _has_role(words: str) -> bool:
    return any(word.rstrip(".") in ROLES for word in words.lower().split())


def is_thing(name: str) -> bool:
    """Whether a name is that of a storm, a prize, a road: what is named and does not speak."""
    words = name.lower().split()
    return words[0] in _THINGS_FIRST or (len(words) > 1 and words[-1] in _THINGS_LAST)


def is_common(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is capitalised only because a sentence begins with it."""
    word = text[start:end]
    before = text[max(0, start - 3) : start].rstrip(" \"“‘'(•")
    if " " in word or word.isupper() or (before and before[-1] not in ".!?:\n"):
        return False
    lower, upper = (re.compile(rf"(?<![\w-]){re.escape(w)}\b") for w in (word.lower(), word))
    if not lower.search(text):
        return False
    return not any(
        text[max(0, m.start() - 2) : m.start()].strip(" \"“‘'(")[-1:].isalnum()
        or text[max(0, m.start() - 2) : m.start()].endswith(", ")
        for m in upper.finditer(text)
    )


def split_role(words: Sequence[str]) -> int:
    """How many words of a run come before the name: up to its last role word."""
    cut = 0
    for at, word in enumerate(words):
        if word.rstrip(".").lower() in ROLES and at + 1 < len(words):
            cut = at + 1
    # "Secretary of State Antony Blinken": the office goes on after the role word.
    if cut and cut + 1 < len(words) and words[cut].lower() == "of":
        cut += 2
        if cut < len(words) and words[cut - 1].lower() == "the":
            cut += 1
    return cut


def clean(name: str) -> str:
    """A name on one line without a trailing possessive."""
    name = " ".join(name.replace("\u00a0", " ").split())
    return re.sub(r"[’']s?$", "", name)


def surname(name: str) -> str:
    """The last word of a name, before "Jr." and the like, in small letters."""
    words = [w for w in name.lower().replace(",", " ").split() if w not in _CREDENTIAL]
    return words[-1] if words else ""


def credential(name: str) -> str:
    """ "jr" and the like at the end of a name, empty where there is none."""
    last = name.lower().split()[-1].strip(".,") if name else ""
    return last if last in _CREDENTIAL else ""


def is_short(name: str) -> bool:
    """Whether a name is a surname alone: "Kuleba", "Von der Leyen", "Trump Jr."."""
    words = [w for w in name.lower().split() if w.strip(",") not in _CREDENTIAL]
    while len(words) > 1 and words[0] in _PARTICLES:
        words = words[1:]
    return len(words) < 2


def is_organisation(name: str) -> bool:
    """Whether a name is that of a body rather than a person, as far as its words tell."""
    words = [w.strip(".,'’").lower() for w in name.split()]
    if any(w in ORGANISATIONS for w in words):
        return True
    return len(words) == 1 and name.isupper() and len(name) > 1


def gender(name: str, role: str) -> str:
    """ "f", "m" or "" as a role word or a given name tells."""
    words = {w.strip(".").lower() for w in role.split()}
    if words & FEMALE_ROLES:
        return "f"
    if words & MALE_ROLES:
        return "m"
    first = name.split()[0] if len(name.split()) > 1 else ""
    return _given_names().get(first, "")


@cache
def _given_names() -> dict[str, str]:
    """Given names and the sex of who bears them."""
    text = Path(__file__).with_name("given_names.txt").read_text(encoding="utf-8")
    lines = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {name: names[0] for names in lines for name in names[1:]}
