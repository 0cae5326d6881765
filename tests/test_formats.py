"""What newsrooms send: feeds, agency XML, PDF, Word, pages in old encodings, tables."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from pathlib import Path

import pytest

from index import corpus
from index.corpus import Skipped, SourceFile
from index.types import Article


def read(place: Path, data: bytes | str, **fields: str) -> tuple[list[Article], list[str]]:
    """The articles in a file that holds ``data``, and why the rest was skipped."""
    place.write_bytes(data.encode() if isinstance(data, str) else data)
    found = list(corpus.articles(SourceFile(place, ""), fields))
    articles = [one for one in found if isinstance(one, Article)]
    return articles, [one.reason for one in found if isinstance(one, Skipped)]


def one(place: Path, data: bytes | str) -> Article:
    (article,), skipped = read(place, data)
    assert not skipped
    return article


def reason(place: Path, data: bytes | str) -> str:
    articles, (why,) = read(place, data)
    assert not articles
    return why


RSS = """<?xml version="1.0" encoding="iso-8859-1"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Courier</title>
<item><title>Caf\xe9 &amp; bridge</title><link>https://news.example/1</link>
 <guid isPermaLink="false">tag:news.example,2022:1</guid><category>Local</category>
 <dc:creator>Jane Holt</dc:creator><pubDate>Wed, 16 Feb 2022 10:15:00 EST</pubDate>
 <description>Short.</description>
 <content:encoded><![CDATA[<p>The bridge&nbsp;reopened.</p><script>x()</script><p>Said
 <b>Holt</b>: &ldquo;Yes&rdquo;.</p>]]></content:encoded></item>
<item><title>No text</title></item>
<item><title>Third</title><author>jo@news.example (Jo Doe)</author>
 <description>A &lt;i&gt;plain&lt;/i&gt; summary.</description></item>
</channel></rss>"""


def test_a_feed_gives_an_article_an_entry_with_its_full_text(tmp_path: Path) -> None:
    (first, last), skipped = read(tmp_path / "a.rss", RSS.encode("latin-1"))
    assert first.text == "The bridge reopened.\nSaid Holt: “Yes”."
    assert (first.title, first.publisher, first.section) == (
        "Café & bridge",
        "The Courier",
        "Local",
    )
    assert (first.authors, first.url) == (("Jane Holt",), "https://news.example/1")
    assert first.published is not None
    assert first.published.isoformat() == "2022-02-16T15:15:00+00:00"
    assert first.source.endswith("a.rss#tag:news.example,2022:1")
    assert (last.text, last.authors) == ("A plain summary.", ("Jo Doe",))
    assert skipped == ["entry 2 holds no text: nothing to index"]


def test_an_atom_entry_may_hold_pages_as_they_are(tmp_path: Path) -> None:
    found = one(
        tmp_path / "a.xml",
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title><entry><id>urn:1</id>'
        '<title type="html">A &amp;amp; B</title><link rel="self" href="x"/>'
        '<link href="https://news.example/a"/><author><name>Jo Doe</name></author>'
        "<published>2022-02-16T10:00:00+02:00</published><updated>2022-02-17T10:00:00Z</updated>"
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p>'
        "</div></content><summary>No.</summary></entry></feed>",
    )
    assert (found.text, found.title, found.url) == ("One.\nTwo.", "A & B", "https://news.example/a")
    assert found.updated is not None
    assert (found.published, found.updated.day) == (found.published, 17)


NITF = """<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-3.dtd"><nitf><head><title>T</title>
<docdata><doc-id id-string="x-1"/><date.issue norm="20220216T101500Z"/>
<correction info="Corrects spelling of Holt."/></docdata><pubdata name="The Courier"
 position.section="World"/></head><body><body.head><hedline><hl1>Bridge reopens</hl1></hedline>
<byline>By <person>Jane Holt</person></byline></body.head><body.content><p>It reopened at&#160;noon.
</p><media><media-caption>A picture</media-caption></media><p>Caf&eacute;s opened.</p>
</body.content></body></nitf>"""


def test_nitf_gives_headline_paragraphs_and_its_correction(tmp_path: Path) -> None:
    found = one(tmp_path / "a.xml", NITF)
    assert found.text == "Bridge reopens\n\nIt reopened at noon.\n\nCafés opened.\n"
    assert (found.id, found.title, found.publisher) == ("x-1", "Bridge reopens", "The Courier")
    assert (found.authors, found.section) == (("Jane Holt",), "World")
    assert found.notice == "Corrects spelling of Holt."
    assert found.published is not None


def newsml(status: str = "stat:usable", content: str = "") -> str:
    text = content or (
        '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">'
        "<head><title>No</title></head><body><p>One.</p><p>Two.</p></body></html></inlineXML>"
    )
    return (
        '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>'
        '<newsItem guid="urn:newsml:a:1" xml:lang="en-GB"><itemMeta>'
        "<provider><name>Agency</name></provider><versionCreated>2022-02-17T10:00:00Z"
        "</versionCreated><firstCreated>2022-02-16T10:00:00+01:00</firstCreated>"
        f'<pubStatus qcode="{status}"/><edNote>Fixes the name.</edNote>'
        '<signal qcode="sig:correction"/></itemMeta><contentMeta><headline>Talks</headline>'
        "<by>By Jane Holt</by><subject><name>Politics</name></subject></contentMeta>"
        f"<contentSet>{text}</contentSet></newsItem></itemSet></newsMessage>"
    )


def test_newsml_gives_text_times_and_what_the_agency_signals(tmp_path: Path) -> None:
    found = one(tmp_path / "a.newsml", newsml())
    assert (found.text, found.title) == ("One.\n\nTwo.\n", "Talks")
    assert (found.publisher, found.authors) == ("Agency", ("Jane Holt",))
    assert (found.section, found.language, found.notice) == ("Politics", "en", "Fixes the name.")
    assert found.published is not None
    assert found.updated is not None
    assert (found.published.hour, found.updated.day) == (9, 17)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (newsml("stat:canceled"), "the article is marked canceled"),
        (newsml(content="<remoteContent href='x'/>"), "it holds no text of its own"),
        ("<newsMessage/>", "the message holds no news item"),
        ("<nitf><body/></nitf>", "the document holds no body text"),
        ("<html><p>One.</p></html>", "the document is <html>, not RSS"),
        ("", "the document is not sound XML"),
        ("<rss><channel>", "the document is not sound XML"),
        ("<a>" * 5000, "the document is not sound XML"),
    ],
)
def test_a_document_without_an_article_says_why(tmp_path: Path, data: str, why: str) -> None:
    assert reason(tmp_path / "a.xml", data).startswith(why)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "subset",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        '<!ENTITY l9 SYSTEM "file:///etc/passwd">',
        '<!ENTITY l9 SYSTEM "http://127.0.0.1:9/">',
        '<!ENTITY % p SYSTEM "file:///etc/passwd">%p;',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path, subset, encoding) -> None:
    data = f"<!DOCTYPE rss [{subset}]><rss><item><title>&l9;</title></item></rss>"
    assert "declares entities of its own" in reason(tmp_path / "a.xml", data.encode(encoding))


def test_an_outside_dtd_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "own.dtd").write_text('<!ENTITY own "secret">')
    found = one(
        tmp_path / "a.xml",
        f'<!DOCTYPE nitf SYSTEM "{tmp_path}/own.dtd"><nitf><body.content><p>A &own; B</p>'
        "</body.content></nitf>",
    )
    assert "secret" not in found.text


def pdf(*pages: list[str], packed: bool = False, title: str = "") -> bytes:
    """A PDF whose pages hold these lines, written by hand."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    objects.append(f"<< /Title ({title}) /Author (Jane Holt) >>".encode())
    kids = []
    for lines in pages:
        escaped = (line.replace("(", r"\(").replace(")", r"\)") for line in lines)
        shown = " T* ".join(f"({line}) Tj" for line in escaped)
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET".encode("latin-1")
        stream = zlib.compress(stream) if packed else stream
        mark = b" /Filter /FlateDecode" if packed else b""
        objects.append(b"<< /Length %d%b >>\nstream\n%b\nendstream" % (len(stream), mark, stream))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    refs = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(kids), refs)
    out, places = io.BytesIO(b"%PDF-1.4\n"), []
    out.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1))
    return out.getvalue() + b"startxref\n%d\n%%%%EOF" % table


FULL = "The council said on Monday that the bridge would reopen, and the may-"
NEXT = "or added that engineers had replaced forty of the well-known cables in it."
PAGE = [FULL, NEXT, "It is old."]


def test_a_pdf_gives_paragraphs_without_running_heads_and_broken_words(tmp_path: Path) -> None:
    months = ("May", "June", "July")
    pages = [
        [
            f"The Courier {n}",
            FULL.replace("Monday", month),
            NEXT,
            f"{month} it is.",
            f"Page {n} of 3",
        ]
        for n, month in enumerate(months, start=1)
    ]
    found = one(tmp_path / "a.pdf", pdf(["Bridge reopens", "By Jane Holt"], *pages, packed=True))
    assert "mayor added" in found.text
    assert "well-known" in found.text
    assert "Courier" not in found.text
    assert "Page" not in found.text
    assert (found.title, found.authors) == ("Bridge reopens", ("Jane Holt",))
    paragraphs = found.text.split("\n\n")
    assert paragraphs[:2] == ["Bridge reopens", "By Jane Holt"]
    assert sum(one.startswith("The council") for one in paragraphs) == 3


def test_the_title_a_pdf_states_counts_only_where_its_text_has_it(tmp_path: Path) -> None:
    assert one(tmp_path / "a.pdf", pdf(["Talks go", *PAGE], title="Talks go")).title == "Talks go"
    assert one(tmp_path / "a.pdf", pdf(PAGE, title="Microsoft Word - x.doc")).title == ""


def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    whole = pdf(PAGE)
    assert "1 pages have no text layer" in reason(tmp_path / "a.pdf", pdf([""]))
    assert "is broken or cut off" in reason(tmp_path / "a.pdf", whole[: len(whole) // 3])
    assert "is broken or cut off" in reason(tmp_path / "a.pdf", "no pdf")
    assert "is broken or cut off" in reason(tmp_path / "a.pdf", b"")


def docx(*lines: tuple[str, str], **facts: object) -> bytes:
    import docx as word

    document = word.Document()
    document.core_properties.comments = ""
    for style, line in lines:
        document.add_paragraph(line, style=style)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Wheat", "minus a third"
    for name, value in facts.items():
        setattr(document.core_properties, name, value)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_word_document_gives_its_text_and_what_its_properties_state(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    day = datetime(2022, 2, 16, 10, tzinfo=UTC)
    data = docx(
        ("Title", "Harvest fails"),
        ("Normal", "The harvest fell."),
        *(("Normal", ""), ("Normal", "“Yes”, he said.")),
        **{"author": "Jane Holt; Bob Ray", "created": day, "modified": day.replace(day=17)},
        **{"category": "Farming", "language": "en-GB", "title": "Another"},
    )
    found = one(tmp_path / "a.docx", data)
    assert found.text == (
        "Harvest fails\n\nThe harvest fell.\n\n“Yes”, he said.\n\nWheat  minus a third\n"
    )
    assert (found.title, found.authors) == ("Harvest fails", ("Jane Holt", "Bob Ray"))
    assert (found.published, found.section, found.language) == (day, "Farming", "en")
    assert found.updated is not None
    assert found.updated.day == 17


def test_a_word_document_that_is_none_says_so(tmp_path: Path) -> None:
    assert "is broken" in reason(tmp_path / "a.docx", b"PK\x03\x04nothing")
    assert "is broken" in reason(tmp_path / "a.docx", docx()[:-200])
    assert "broken or no .docx" in reason(tmp_path / "a.docx", b"no document")


def test_files_made_to_take_hours_are_given_up_or_read_at_once(tmp_path: Path, monkeypatch) -> None:
    from index.formats import pdf as reader

    body = b"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='90000000'/></w:tcPr><w:p><w:r><w:t>One."
    body += b"</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"<w:sectPr", body + b"<w:sectPr", 1))
    assert "One." in one(tmp_path / "a.docx", out.getvalue()).text
    monkeypatch.setattr(reader, "_SHOWN", (20, 30))
    assert "too many pieces of text" in reason(tmp_path / "a.pdf", pdf(["x"] * 21))
    assert "too many pieces of text" in reason(tmp_path / "a.pdf", pdf(*[["x"] * 11] * 3))
    monkeypatch.setattr(reader, "_CONTENT", (1000, 2000))
    assert "draw too much" in reason(tmp_path / "a.pdf", pdf(["x" * 1001]))
    assert "draw too much" in reason(tmp_path / "a.pdf", pdf(*[["x" * 800]] * 3))
    hostile = b"<rss>" + b"<![CDATA[" * 100_000
    assert "not sound XML" in reason(tmp_path / "a.xml", hostile)


@pytest.mark.parametrize(
    ("encoding", "head", "doubts"),
    [
        ("utf-8", "", 0),
        ("utf-8-sig", '<meta charset="iso-8859-1">', 0),
        ("utf-16", "", 0),
        ("cp1252", '<meta charset="windows-1252">', 0),
        ("cp1252", "<meta http-equiv=x content='text/html; charset=ISO-8859-1'>", 0),
        ("cp1250", '<meta charset="windows-1250">', 0),
        ("cp1252", "", 1),
        ("cp1252", '<meta charset="utf-8">', 1),
        ("utf-8", '<meta charset="no-such-thing">', 0),
    ],
)
def test_a_page_is_read_in_the_encoding_it_states(tmp_path, encoding, head, doubts) -> None:
    line = "“The cafés reopen,” Müller said on Monday in the town by the river."
    body = "".join(f"<p>{n}: {line}</p>" for n in range(6))
    page = f"<html><head><title>Cafés</title>{head}</head><body><article>{body}</article></body>"
    found = one(tmp_path / "a.html", f"{page}</html>".encode(encoding))
    assert line in found.text
    assert len(found.doubts) == doubts


def test_a_text_that_is_not_utf_8_is_read_with_a_doubt(tmp_path: Path) -> None:
    found = one(tmp_path / "a.txt", "“Zoë” said no — twice.".encode("cp1252"))
    assert found.text == "“Zoë” said no — twice."
    assert found.doubts[0].startswith("byte 0 is not UTF-8: read as Windows-1252")


def test_rows_may_name_their_fields_as_they_like(tmp_path: Path) -> None:
    rows = [{"headline": "One", "story": {"body": "First."}}, {"headline": "Two", "story": {}}]
    data = "\n".join(map(json.dumps, rows))
    (found,), skipped = read(tmp_path / "a.jsonl", data, title="headline", text="story.body")
    assert (found.title, found.text) == ("One", "First.")
    assert skipped == [
        'line 2 has no "story.body", which --map gives as text: correct the line or the mapping'
    ]
    (found,), _ = read(tmp_path / "a.csv", "Kopf,Story\nOne,First.\n", title="kopf", text="STORY")
    assert (found.title, found.text) == ("One", "First.")
    _, skipped = read(tmp_path / "a.csv", "Kopf,Story\nOne,First.\n", text="body")
    assert skipped == [
        'the first line names no column "body", which --map gives as text: it names kopf, story'
    ]


def test_standard_input_is_rows_or_text_and_each_input_is_another_article() -> None:
    def piped(data: str, suffix: str = "") -> list[Article]:
        file = corpus.standard_input(io.BytesIO(data.encode()), suffix)
        assert isinstance(file, SourceFile)
        return [one for one in corpus.articles(file) if isinstance(one, Article)]

    rows = piped('{"id": "a", "text": "One."}\n{"text": "Two."}\n')
    again = piped('{"id": "a", "text": "Other."}\n{"text": "Three."}\n')
    assert [one.text for one in rows] == ["One.", "Two."]
    assert rows[0].source == again[0].source == "stdin#a"
    assert rows[1].source != again[1].source
    (plain,), (other,) = piped("Talks\n\nThey went on."), piped("Talks\n\nThey ended.")
    assert (plain.title, plain.source != other.source) == ("Talks", True)
    assert piped("a,text\n1,One.\n", ".csv")[0].text == "One."
