"""Files on disk and the articles in them; what cannot be read says why and what to do."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import BRIDGE, HARVEST, SEEDS, write

from index import corpus
from index.corpus import FORMATS, READERS, Skipped, SourceFile
from index.errors import UnreadableSource
from index.types import Article


def read(*paths: Path) -> tuple[list[Article], dict[str, str]]:
    """The articles at ``paths``, and the reasons of what was skipped by file name."""
    articles, skipped = [], {}
    for file in corpus.files(paths):
        for one in corpus.articles(file) if isinstance(file, SourceFile) else [file]:
            if isinstance(one, Skipped):
                skipped[Path(one.source).name] = one.reason
            else:
                articles.append(one)
    return articles, skipped


def rows(folder: Path, *lines: object) -> Path:
    place = folder / "rows.jsonl"
    place.write_text("\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines))
    return place


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed articles are not beside this repository")
def test_the_seed_articles_state_no_date_and_no_publisher_and_get_none() -> None:
    (untitled, titled), skipped = read(SEEDS)
    assert not skipped
    assert untitled.title == ""
    assert titled.title == "Ukraine defies invasion threat, as NATO sees no Russian pullback"
    for one in (untitled, titled):
        assert (one.published, one.publisher, one.authors, one.url) == (None, "", (), "")
        assert one.text == Path(one.source).read_text("utf-8").replace("\r\n", "\n")


def test_files_come_in_name_order_and_each_once(tmp_path: Path) -> None:
    write(tmp_path / "b", two=HARVEST)
    write(tmp_path, one=BRIDGE)
    articles, _ = read(tmp_path, tmp_path / "b", tmp_path / "one.txt")
    assert [one.id for one in articles] == ["two", "one"]


def test_a_byte_order_mark_and_crlf_are_all_that_changes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffOne\r\ntwo\rthree\n e\u0301 👩‍🚀 نعم \n".encode())
    (article,), _ = read(tmp_path)
    assert article.text == "One\ntwo\rthree\n e\u0301 👩‍🚀 نعم \n"


def test_what_cannot_be_read_says_why_and_the_rest_goes_in(tmp_path: Path) -> None:
    write(tmp_path, good=BRIDGE, empty="", blank=" \n\t\n", long="word " * 500_000)
    (tmp_path / "half.txt").write_bytes(b"\xff\xfeO\x00n")
    (tmp_path / "undefined.txt").write_bytes(b"Zo\x81 said no.")
    (tmp_path / "binary.txt").write_bytes(b"\x7fELF\x00\x01")
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\x01\x02")
    (tmp_path / "paper.xyz").write_text("One.")
    (tmp_path / "bare").write_text("One.")
    (tmp_path / "front.md").write_text("---\n- a\n- b\n---\nOne.")
    (tmp_path / "yaml.md").write_text("---\na: [\n---\nOne.")
    (tmp_path / "page.html").write_text("<html><body></body></html>")
    articles, skipped = read(tmp_path, tmp_path / "none.txt", tmp_path / "nowhere")
    assert [one.id for one in articles] == ["good"]
    assert {
        name: reason.split(":")[0].split("(")[0].strip() for name, reason in skipped.items()
    } == {
        "empty.txt": "the file is empty",
        "blank.txt": "the file is empty",
        "long.txt": "the file has 2,500,000 characters, the limit for an article is 2,000,000",
        "half.txt": "byte 4 is not UTF-16-LE, which the file begins as",
        "undefined.txt": "byte 2 is not UTF-8",
        "binary.txt": "the file is binary, not text",
        "picture.txt": "the file is binary, not text",
        "paper.xyz": "format .xyz is not read",
        "bare": "format without suffix is not read",
        "front.md": "front matter is not a list of 'key",
        "yaml.md": "front matter is not valid YAML",
        "page.html": "no article text found in the page",
        "none.txt": "no such file or folder",
        "nowhere": "no such file or folder",
    }
    assert all(": " in reason and "\n" not in reason for reason in skipped.values())


def test_hidden_files_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path / ".git", a=BRIDGE)
    (tmp_path / ".a.txt").write_text(BRIDGE)
    assert read(tmp_path) == ([], {})


def test_links_out_of_the_folder_loops_and_broken_links_are_named(tmp_path: Path) -> None:
    write(tmp_path / "outside", secret=BRIDGE)
    inside = write(tmp_path / "inside", one=HARVEST)
    (inside / "file.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (inside / "folder").symlink_to(tmp_path / "outside")
    (inside / "loop").symlink_to(inside / "loop")
    (inside / "up").symlink_to(inside)
    (inside / "broken.txt").symlink_to(inside / "none.txt")
    articles, skipped = read(inside)
    assert [one.id for one in articles] == ["one"]
    assert sorted(skipped) == ["broken.txt", "file.txt", "folder", "loop"]
    assert set(skipped.values()) == {
        "is a link out of the folder, or a broken one: name its target itself"
    }


def test_a_linked_folder_that_is_named_itself_is_read(tmp_path: Path) -> None:
    write(tmp_path / "real", one=BRIDGE)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert [one.id for one in read(tmp_path / "link")[0]] == ["one"]


def test_a_pipe_is_no_file_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert read(tmp_path)[1] == {"pipe.txt": "is not a file: copy its content into one"}


def test_a_name_that_is_not_utf_8_can_be_stored_and_printed(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(BRIDGE)
    (article,), _ = read(tmp_path)
    assert article.source.endswith("caf\\xe9.txt")
    assert article.id.isascii()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_and_a_folder_without_permission_are_named(tmp_path: Path) -> None:
    write(tmp_path, a=BRIDGE, b=HARVEST)
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "closed").mkdir(mode=0)
    articles, skipped = read(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert [one.id for one in articles] == ["b"]
    assert all("check its permissions" in skipped[name] for name in ("a.txt", "closed"))


def test_a_page_gives_its_text_and_what_its_head_states(tmp_path: Path) -> None:
    body = "".join(f"<p>The {word} talks went on in Geneva on Monday.</p>" for word in "abcdef")
    (tmp_path / "page.html").write_text(
        '<html lang="en-GB"><head><title>Talks go on</title>'
        '<meta property="article:published_time" content="2022-02-16T23:30:00-05:00">'
        f"</head><body><nav>Home</nav><article>{body}</article></body></html>"
    )
    (article,), _ = read(tmp_path)
    assert "The a talks went on in Geneva" in article.text
    assert article.published is not None
    assert article.published.isoformat() == "2022-02-17T04:30:00+00:00"
    assert (article.title, article.language) == ("Talks go on", "en")


def test_front_matter_states_facts_and_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: Talks\nauthors: [Jo Doe]\ndate: 2022-02-16\n---\n\nThey went on.\n"
    )
    (article,), _ = read(tmp_path)
    assert (article.title, article.authors, article.text) == (
        "Talks",
        ("Jo Doe",),
        "They went on.\n",
    )


def test_front_matter_is_read_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "---\ntitle: No\npublisher: ~\ndate: 2022-13-45\n---\nThey went on.\n"
    )
    (article,), skipped = read(tmp_path)
    assert (article.title, article.publisher, article.published) == ("No", "", None)
    assert article.doubts == (
        "the publication date '2022-13-45' is no date that can be: taken as unknown",
    )
    assert not skipped


def test_front_matter_that_refers_to_itself_a_billion_times_is_not_unfolded(tmp_path) -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for one, last in zip("bcdefghi", "abcdefgh", strict=True):
        lines.append(f"{one}: &{one} [{', '.join([f'*{last}'] * 9)}]")
    front = "\n".join([*lines, "title: *i", "authors: [*i, {name: Jo Doe}]"])
    (tmp_path / "a.md").write_text(f"---\n{front}\n---\nThe talks went on.\n")
    (article,), _ = read(tmp_path)
    assert (article.title, article.authors) == ("", ("Jo Doe",))


def test_a_bad_row_is_named_by_its_line_and_the_others_go_in(tmp_path: Path) -> None:
    place = rows(
        tmp_path,
        {"id": "one", "text": "First.", "title": "T", "authors": ["Jo Doe"]},
        "{broken",
        "",
        [1],
        {"id": "none"},
        {"text": 5},
        '{"text": "\\ud800 half"}',
        '{"text": "nul \\u0000"}',
        "[" * 100_000,
        '{"text": "ninth", "text": "the last of two keys", "date": NaN}',
        "1" * 6000,
        {"text": "Last."},
    )
    found = list(corpus.articles(SourceFile(place, "")))
    articles = [one for one in found if isinstance(one, Article)]
    assert [(one.id, one.text) for one in articles] == [
        ("one", "First."),
        ("rows-10", "the last of two keys"),
        ("rows-12", "Last."),
    ]
    reasons = [one.reason for one in found if isinstance(one, Skipped)]
    assert [reason.split(" ")[:2] for reason in reasons] == [
        ["line", str(number)] for number in (2, 4, 5, 6, 7, 8, 9, 11)
    ]
    assert all(": " in reason for reason in reasons)


def test_a_row_that_is_not_utf_8_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl"
    place.write_bytes(b'\xef\xbb\xbf{"text": "One."}\r\n{"text": "Zo\xeb."}\n{"text": "Three."}')
    articles, skipped = read(place)
    assert [one.text for one in articles] == ["One.", "Three."]
    assert skipped == {"rows.jsonl": "line 2, byte 12 is not UTF-8: save the file as UTF-8"}


def test_a_gigantic_line_is_skipped_without_being_held(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(corpus.jsonl, "LONGEST_LINE", 1000)
    place = rows(tmp_path, {"text": "One."}, {"text": "x" * 5000}, {"text": "Three."})
    articles, skipped = read(place)
    assert [one.id for one in articles] == ["rows-1", "rows-3"]
    assert skipped["rows.jsonl"].startswith("line 2 has more than 1,000 bytes")


MARKUP = [
    *(b"---\n", b"a: &a [*a]\n", b"<p>", b"</", b"<script>", b"<meta name=date content=", b"{"),
    *(b'"text":', b'"x"', b"\n", b"\x00", b"\xff", b"<?xml", b"<!DOCTYPE", b"&#0;", b"<table><tr>"),
    *(b"]]>", b"title: ", b"application/ld+json", b'"datePublished": "\\x"'),
    *(
        b"<rss><channel><item><description>",
        b"&lt;p&gt;",
        b"</description>",
        b"<nitf>",
        b"PK\x03\x04",
    ),
    *(b"%PDF-1.4\n", b"1 0 obj\n<<", b">>\nstream\n", b"trailer\n", b"\x1f\x8b\x08\x00", b"ustar"),
]
SAME = {
    ".text",
    ".markdown",
    ".htm",
    ".rss",
    ".atom",
    ".rdf",
    ".nitf",
    ".newsml",
    ".ndjson",
    ".tsv",
}
BYTES = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(MARKUP),
        max_size=30,
    ).map(b"".join),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@pytest.mark.parametrize("suffix", sorted(set(FORMATS) - SAME))
@given(data=BYTES)
def test_no_bytes_make_a_reader_fail_otherwise_than_with_a_reason(tmp_path, suffix, data) -> None:
    place = tmp_path / f"a{suffix}"
    place.write_bytes(data)
    for one in corpus.articles(SourceFile(place, "")):
        assert isinstance(one, Article | Skipped)
        if isinstance(one, Article):
            assert one.text.strip()
            one.text.encode("utf-8")


@pytest.mark.parametrize("suffix", sorted(set(READERS) - SAME))
@settings(max_examples=40)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_text_makes_a_reader_fail(suffix, text: str) -> None:
    with contextlib.suppress(UnreadableSource):
        list(READERS[suffix](text.encode(), "/news/a", "a"))


def test_a_table_gives_an_article_a_row_and_names_bad_ones(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        'Title;Text;Date\r\n"Talks; again";"They went on.\nFor long.";2022-02-16\nEmpty;;\n'
    )
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    (tmp_path / "c.tsv").write_text('text\tid\n"open\n')
    (article,), skipped = read(tmp_path)
    assert (article.id, article.title, article.text) == (
        "a-3",
        "Talks; again",
        "They went on.\nFor long.",
    )
    assert article.published is not None
    assert {name: reason.split(" (")[0] for name, reason in skipped.items()} == {
        "a.csv": 'line 4 has no "text": add the article text under that key',
        "b.csv": 'the first line names no column "text": name the columns there, as title,text, or '
        "say which one it is, as --map text=story",
        "c.tsv": "line 2 is not a row of a table",
    }


def test_a_message_gives_its_plain_text_with_subject_sender_and_date(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(
        "From: The Desk <desk@news.example>\nSubject: =?utf-8?q?Caf=C3=A9_talks?=\n"
        "Date: Wed, 16 Feb 2022 10:15:00 +0100\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="x"\n\n--x\n'
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Zo=C3=AB said no.\n--x\nContent-Type: text/html\n\n<p>Other</p>\n--x--\n"
    )
    (tmp_path / "b.eml").write_text("no message at all")
    (article,), skipped = read(tmp_path)
    assert (article.title, article.publisher) == ("Café talks", "The Desk")
    assert article.text.strip() == "Zoë said no."
    assert article.published is not None
    assert article.published.hour == 9
    assert skipped["b.eml"].startswith("the message holds no text")
