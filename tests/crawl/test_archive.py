"""Evidence: responses in WARC files, and archives replayed through the same stages."""

import base64
import gzip
import hashlib
import io
import resource
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from scrapy.http import HtmlResponse
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archives import (
    ArchivedPage,
    BadArchiveError,
    Payloads,
    Skipped,
    find_archives,
    read_archive,
)
from crawler.captures import Purpose, _record
from crawler.sample_board import SampleBoards, SampleComment
from models.schema import board, capture, comment, post
from tests.crawl.conftest import FIRST_DAY, sample_post, sample_posts
from tests.crawl.running import (
    ROOT,
    Crawl,
    command,
    counts,
    crawl,
    crawl_board,
    environment,
    last_stats,
    posts,
    rows,
)
from tests.serving import Site

DATE = "2026-03-05T00:00:00Z"
COLUMNS = [
    "native_id",
    "key",
    "url",
    "engine",
    "status",
    "title",
    "author",
    "category",
    "body",
    "hidden",
    "hrefs",
    "links",
    "files",
    "ip",
    "posted_at",
    "fetched_at",
    "first_seen_at",
    "hits",
    "comment_count",
    "list_mark",
    "version",
    "changed_at",
    "content_sha",
    "copies",
    "title_from_body",
    "is_spam",
    "reasons",
    "problem",
    "gone_at",
    "returned_at",
]


@pytest.fixture
def warc_dir(tmp_path: Path) -> Path:
    return tmp_path / "warc"


@pytest.fixture
def boards() -> Iterator[SampleBoards]:
    with SampleBoards([*sample_posts("gnuboard", 20), *sample_posts("rhymix", 20)]) as served:
        yield served


def new_store(tmp_path: Path, name: str) -> str:
    return f"sqlite:///{tmp_path / name}"


def replay(store_url: str, path: Path, *arguments: str, **settings: str) -> Crawl:
    return crawl(store_url, "archive", "-a", f"path={path}", *arguments, settings=settings)


def contents(store_url: str) -> tuple[list[Any], list[Any]]:
    """Return the posts and the comments, without what every run writes anew."""
    by_id = {row.id: row.native_id + row.engine for row in rows(store_url, post)}
    shown = [tuple(getattr(row, name) for name in COLUMNS) for row in rows(store_url, post)]
    said = [
        (by_id[row.post_id], row.position, row.author, row.text, row.posted_at)
        for row in rows(store_url, comment)
    ]
    return sorted(shown, key=repr), sorted(said, key=repr)


def test_each_response_is_kept_and_found_again(
    boards: SampleBoards, tmp_path: Path, warc_dir: Path
) -> None:
    store_url = new_store(tmp_path, "store.sqlite3")
    done = crawl_board(store_url, boards.gnuboard_url, WARC_DIR=str(warc_dir))
    assert done.code == 0, done.log
    kept = rows(store_url, capture)
    # Everything that was asked for but robots.txt.
    assert len(kept) == len(boards.requests) - 1 == last_stats(store_url)["capture/records"]
    (file,) = warc_dir.iterdir()
    for row in kept:
        with file.open("rb") as stream:
            stream.seek(row.warc_offset)
            whole = io.BytesIO(stream.read(row.warc_length))
        record = next(iter(ArchiveIterator(whole, check_digests="raise")))
        assert record.rec_headers.get_header("WARC-Target-URI") == row.url
        assert hashlib.sha256(record.raw_stream.read()).hexdigest() == row.sha256
    of_posts = {row.capture_id for row in rows(store_url, post)}
    assert len(of_posts) == 20
    assert of_posts <= {row.id for row in kept}


def test_a_header_is_kept_byte_for_byte(tmp_path: Path, warc_dir: Path) -> None:
    """Korean servers write file names and titles into headers as they please."""
    with Site() as site:
        head = b"HTTP/1.1 200 OK\r\nX-Title: \xb0\xa1\xed\x95\x9c\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2"
        site.fallback = head + b"\r\nContent-Length: 6\r\n\r\n<p>\xb0\xa1 "
        crawl_board(new_store(tmp_path, "store.sqlite3"), site.url, WARC_DIR=str(warc_dir))
    (file,) = warc_dir.iterdir()
    whole = gzip.decompress(file.read_bytes())
    assert b"\r\nX-Title: \xb0\xa1\xed\x95\x9c\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n" in whole
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            content = record.content_stream().read()
    assert content == b"<p>\xb0\xa1 "


@pytest.mark.parametrize("start", ["a list", "a post"])
def test_our_own_archive_gives_the_same_rows_once(
    start: str, boards: SampleBoards, tmp_path: Path, warc_dir: Path
) -> None:
    kind, url = "rhymix", boards.rhymix_url
    if start == "a post":
        kind, url = "gnuboard", boards.gnuboard_url + "&wr_id=7"
    crawled, replayed = new_store(tmp_path, "a.sqlite3"), new_store(tmp_path, "b.sqlite3")
    assert crawl_board(crawled, url, WARC_DIR=str(warc_dir)).code == 0
    # What happens between two crawls: a post edited, one commented, one deleted, one new.
    boards.put(sample_post(kind, 8, title="고친 제목", html="<p>고친 본문</p>"))
    boards.put(sample_post(kind, 9, comments=(SampleComment("다온", FIRST_DAY, "새 댓글"),)))
    boards.remove(kind, 11)
    boards.put(sample_post(kind, 21))
    assert crawl_board(crawled, url, WARC_DIR=str(warc_dir)).code == 0
    asked = len(boards.requests)

    done = replay(replayed, warc_dir)

    assert done.code == 0, done.log
    assert len(boards.requests) == asked, "a replay asks nobody"
    before = contents(replayed)
    assert before == contents(crawled)
    assert [row.name for row in rows(replayed, board)] == [row.name for row in rows(crawled, board)]
    if start == "a list":
        return
    # A replay goes on where it was, and does not begin again.
    assert replay(replayed, warc_dir).code == 0
    assert counts(last_stats(replayed), "archive/") == {"archive/asked": 2, "archive/unchanged": 2}
    assert replay(replayed, warc_dir, "-a", "refresh=true").code == 0
    assert last_stats(replayed)["post/seen"] >= 20
    assert contents(replayed) == before


def test_an_old_capture_changes_nothing_newer(
    boards: SampleBoards, tmp_path: Path, warc_dir: Path
) -> None:
    store_url = new_store(tmp_path, "store.sqlite3")
    old = tmp_path / "old.warc.gz"
    write(old, [response(boards, "/bbs/board.php?bo_table=free&wr_id=8", "2020-01-01T00:00:00Z")])
    boards.put(sample_post("gnuboard", 8, title="새 제목", html="<p>새 본문</p>"))
    crawl_board(store_url, boards.gnuboard_url)
    assert replay(store_url, old).code == 0
    assert last_stats(store_url)["post/older"] == 1
    assert posts(store_url)["8"].title == "새 제목"


# --- anyone's archives ----------------------------------------------------------------


def response(
    boards: SampleBoards, target: str, date: str = DATE, *, encoding: str = ""
) -> dict[str, Any]:
    """Return a record of what the sample board answers, under a name of its own."""
    raw = boards.respond(target)
    head, _, body = raw.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1].decode()
    headers = [("Content-Type", "text/html; charset=utf-8")]
    if encoding:
        body = gzip.compress(body)
        headers.append(("Content-Encoding", encoding))
    return {
        "uri": boards.base_url + target,
        "kind": "response",
        "date": date,
        "body": body,
        "http": StatusAndHeaders(f"{status} OK", headers, protocol="HTTP/1.1"),
    }


def write(path: Path, records: list[dict[str, Any]], *, gzip: bool = True) -> None:
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=gzip)
        for each in records:
            record = writer.create_warc_record(
                each["uri"],
                each["kind"],
                payload=io.BytesIO(each["body"]),
                http_headers=each["http"],
                warc_headers_dict={"WARC-Date": each["date"], **each.get("more", {})},
            )
            writer.write_record(record)
            record.raw_stream.close()


def everything(boards: SampleBoards, **options: str) -> list[dict[str, Any]]:
    targets = [f"/bbs/board.php?bo_table=free&page={n}" for n in (1, 2)]
    targets += [f"/bbs/board.php?bo_table=free&wr_id={n}" for n in range(1, 21)]
    return [response(boards, target, **options) for target in targets]


FORMS = (
    "warc",
    "warc.gz",
    "wacz",
    "packed",
    "chunked",
    "unpacked",
    "old",
    "brackets",
    "zstd",
    "odd",
)
"""Each holds the posts whose number leaves its place as remainder."""


def written(record: dict[str, Any], form: str) -> dict[str, Any]:
    """Return a record as some tool writes it."""
    body, http = record["body"], record["http"]
    if form == "chunked":
        http.headers.append(("Transfer-Encoding", "chunked"))
        body = b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in (body[:100], body[100:], b""))
    elif form == "unpacked":  # the header of what it was
        http.headers.append(("Content-Encoding", "gzip"))
    elif form == "zstd":
        http.headers.append(("Content-Encoding", "zstd"))
        body = zstd.compress(body)
    elif form == "odd":  # no encoding at all: browsers show the page
        http.headers.append(("Content-Encoding", "utf-8"))
    elif form == "old":
        http = StatusAndHeaders(
            "200", [(name.lower(), value) for name, value in http.headers], protocol="HTTP/1.0"
        )
    uri = f"<{record['uri']}>" if form == "brackets" else record["uri"]
    return {**record, "uri": uri, "body": body, "http": http}


def test_archives_of_others_are_recognised(boards: SampleBoards, tmp_path: Path) -> None:
    store_url = new_store(tmp_path, "store.sqlite3")
    place = tmp_path / "in"
    place.mkdir()
    lists = [response(boards, f"/bbs/board.php?bo_table=free&page={n}") for n in (1, 2)]
    write(place / "0.warc.gz", lists)
    # A plain file that ends with a zip is no zip.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "x")
    download = {**lists[0], "uri": "https://a.example/a.zip", "body": packed.getvalue()}
    write(
        place / "0-tail.warc",
        [response(boards, lists[0]["uri"].removeprefix(boards.base_url)), download],
        gzip=False,
    )
    for turn, form in enumerate(FORMS):
        records = [
            written(
                response(
                    boards,
                    f"/bbs/board.php?bo_table=free&wr_id={n}",
                    encoding="gzip" if form == "packed" else "",
                ),
                form,
            )
            for n in range(1, 21)
            if n % len(FORMS) == turn
        ]
        path = place / (f"{turn}.warc" if form == "warc" else f"{turn}-{form}.warc.gz")
        write(path, records, gzip=form != "warc")
        if form == "wacz":
            with zipfile.ZipFile(place / f"{turn}.wacz", "w") as archive:
                archive.write(path, "archive/a.warc.gz")
                archive.writestr("datapackage.json", "{}")
                archive.writestr("../../escape.txt", "x")
            path.unlink()

    done = replay(store_url, place)

    assert done.code == 0, done.log
    stored = posts(store_url)
    # A bare redirect to a form for a password names no software: post 3 is not known by it.
    assert sorted(stored, key=int) == [str(n) for n in range(1, 21) if n != 3]
    assert stored["4"].status == "deleted"
    for n in set(range(5, 21)):
        row = stored[str(n)]
        assert row.body == f"본문 {n}의 첫 줄입니다.\n둘째 줄에는 다른 말을 적습니다."
        assert row.fetched_at == datetime(2026, 3, 5, tzinfo=UTC)
        assert row.list_mark is not None
    assert not (tmp_path / "escape.txt").exists()


def test_what_is_no_page_of_a_board_is_counted(boards: SampleBoards, tmp_path: Path) -> None:
    store_url = new_store(tmp_path, "store.sqlite3")
    path = tmp_path / "mixed.warc.gz"
    page = response(boards, "/bbs/board.php?bo_table=free&wr_id=1")
    html = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    image = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
    strange = StatusAndHeaders(
        "200 OK", [("Content-Type", "text/html"), ("Content-Encoding", "gzip")], protocol="HTTP/1.1"
    )
    announced = StatusAndHeaders(
        "200 OK",
        [("Content-Type", "text/html"), ("Content-Length", str(len(page["body"])))],
        protocol="HTTP/1.1",
    )
    write(
        path,
        [
            page,
            {**page, "kind": "request"},
            {**page, "uri": "https://a.example/x.png", "http": image},
            {**page, "uri": "https://a.example/", "http": html, "body": b"<p>hello</p>"},
            {**page, "uri": "https://a.example/2", "http": strange, "body": b"no gzip"},
            {**page, "uri": "https://a.example/3", "http": html, "body": b"x" * 2_000_000},
            {**page, "uri": "dns:a.example"},
            # What a tool left off is no edit of the post.
            {**page, "body": page["body"][:1500], "more": {"WARC-Truncated": "length"}},
            {**page, "body": page["body"][:1500], "more": {"WARC-Segment-Number": "1"}},
            {**page, "body": page["body"][:1500], "http": announced},
            # Our own header, by a stranger.
            {**page, "more": {"WARC-Crawled-As": '{"kind":"post","engine":"x","native_id":["1"]}'}},
            {**page, "more": {"WARC-Crawled-As": '{"kind":"list","engine":"x","board_url":"y"}'}},
        ],
    )
    done = replay(store_url, path, DOWNLOAD_MAXSIZE="1000000")
    assert done.code == 3, done.log
    assert "Traceback" not in done.log
    assert counts(last_stats(store_url), "archive/") == {
        "archive/asked": 1,
        "archive/files": 1,
        "archive/records": 12,
        "archive/failed/bad_encoding": 1,
        "archive/failed/too_large": 1,
        "archive/failed/truncated": 3,
        "archive/skipped/no_engine": 1,
        "archive/skipped/type/no_page": 1,
        "archive/skipped/type/not_http": 1,
        "archive/skipped/type/request": 1,
    }
    assert list(posts(store_url)) == ["1"]


def test_a_file_that_is_cut_off_gives_what_is_whole(boards: SampleBoards, tmp_path: Path) -> None:
    store_url = new_store(tmp_path, "store.sqlite3")
    path = tmp_path / "cut.warc.gz"
    write(path, everything(boards))
    whole = path.read_bytes()
    with path.open("rb") as stream:
        records = ArchiveIterator(stream)
        starts = [records.get_record_offset() for _ in records]
    # The first record and that of post 9 are torn, with another one after them; that of post 20
    # has only begun.
    path.write_bytes(
        whole[:20] + whole[starts[1] : starts[10] + 300] + whole[starts[11] : starts[-1] + 40]
    )
    done = replay(store_url, path)
    assert done.code == 3, done.log
    assert "Traceback" not in done.log
    assert last_stats(store_url)["archive/failed/truncated"] == 3
    assert sorted(posts(store_url), key=int) == [str(n) for n in range(1, 20) if n not in {3, 9}]


def test_a_replay_that_is_stopped_ends_and_is_gone_on_with(
    boards: SampleBoards, tmp_path: Path
) -> None:
    store_url, path = new_store(tmp_path, "store.sqlite3"), tmp_path / "all.warc.gz"
    write(path, everything(boards))
    stopped = replay(store_url, path, CLOSESPIDER_ITEMCOUNT="1")
    assert stopped.code == 0, stopped.log
    assert last_stats(store_url)["finish_reason"] == "closespider_itemcount"
    assert replay(store_url, path).code == 0
    assert sorted(posts(store_url), key=int) == [str(n) for n in range(1, 21) if n != 3]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.warc"), (b"no archive at all\n" * 50, "a.warc.gz"), (b"PK\x03\x04broken", "a.wacz")],
)
def test_a_file_that_is_no_archive_is_said(content: bytes, name: str, tmp_path: Path) -> None:
    store_url = new_store(tmp_path, "store.sqlite3")
    path = tmp_path / name
    path.write_bytes(content)
    done = replay(store_url, path)
    assert done.code in {0, 1}, done.log
    assert "Traceback" not in done.log
    assert (done.code == 0) == (content == b"")
    assert content == b"" or "it is " in done.said


@pytest.mark.parametrize("path", ["", "/no/such/file", "no-*.warc"])
def test_a_path_without_archives_is_said_before_anything_is_opened(
    path: str, tmp_path: Path
) -> None:
    store = tmp_path / "store.sqlite3"
    done = crawl(f"sqlite:///{store}", "archive", "-a", f"path={path}")
    assert done.code == 2
    assert not store.exists()


def test_archives_of_a_folder_are_those_of_every_make(tmp_path: Path) -> None:
    names = ["a.warc", "b.WARC.gz", "c.wacz", "d.arc.gz", "e.warc.zst"]
    for name in (*names, "notes.txt"):
        (tmp_path / name).touch()
    assert [each.name for each in find_archives(str(tmp_path))] == names
    (tmp_path / "e.warc.zst").write_bytes(b"\x28\xb5\x2f\xfd")
    with pytest.raises(BadArchiveError, match="unpack it with unzstd"):
        list(read_archive(tmp_path / "e.warc.zst", "e", 1000, Payloads()))


def test_a_revisit_is_read_with_what_it_repeats(tmp_path: Path) -> None:
    """The other record may stand in a file that came before."""
    seen = Payloads()
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    body = b"<html>the same as before</html>"
    digest = "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()
    page = {
        "uri": "https://a.example/1",
        "kind": "response",
        "date": DATE,
        "body": body,
        "http": http,
    }
    write(tmp_path / "0.warc.gz", [{**page, "more": {"WARC-Payload-Digest": digest}}])
    with (tmp_path / "1.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        writer.write_record(
            writer.create_revisit_record(page["uri"], digest, page["uri"], DATE, http_headers=http)
        )
    (first,) = read_archive(tmp_path / "0.warc.gz", "0", 1000, seen)
    (again,) = read_archive(tmp_path / "1.warc.gz", "1", 1000, seen)
    assert isinstance(first, ArchivedPage)
    assert isinstance(again, ArchivedPage)
    assert first.page.body == again.page.body == body
    # A file that claims the digest for something else says nothing of other files.
    lying = Payloads()
    other = {**page, "body": b"<html>not this</html>", "more": {"WARC-Payload-Digest": digest}}
    write(tmp_path / "2.warc.gz", [other])
    list(read_archive(tmp_path / "2.warc.gz", "2", 1000, lying))
    (unknown,) = read_archive(tmp_path / "1.warc.gz", "1", 1000, lying)
    assert unknown == Skipped("revisit_unknown")


def test_a_record_of_ours_that_was_changed_is_no_evidence(tmp_path: Path) -> None:
    response = HtmlResponse("https://a.example/1", body="<html>값은 12,000원</html>".encode())
    record = gzip.decompress(_record(response, Purpose("post", native_id="1"), FIRST_DAY))
    (tmp_path / "whole.warc").write_bytes(record)
    (tmp_path / "changed.warc").write_bytes(record.replace(b"12,000", b"92,000"))
    (whole,) = read_archive(tmp_path / "whole.warc", "0", 1000, Payloads())
    (changed,) = read_archive(tmp_path / "changed.warc", "1", 1000, Payloads())
    assert isinstance(whole, ArchivedPage)
    assert changed == Skipped("bad_digest", is_bad=True)


def test_a_full_disk_leaves_whole_records(boards: SampleBoards, warc_dir: Path) -> None:
    most = 20_000
    arguments = command(
        "board", "-a", f"url={boards.gnuboard_url}", settings={"WARC_DIR": str(warc_dir)}
    )
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env=environment(""),  # a store would be limited, too
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "the capture cannot be written to" in done.stderr.splitlines()[-1]
    (file,) = warc_dir.iterdir()
    assert most / 2 < file.stat().st_size < most
    read = list(read_archive(file, "a", 1_000_000, Payloads()))
    assert not [each for each in read if isinstance(each, Skipped) and each.is_bad]


def test_a_folder_that_cannot_be_written_ends_the_crawl(
    boards: SampleBoards, tmp_path: Path
) -> None:
    """Rows without their evidence would be worth less than none."""
    place = tmp_path / "file"
    place.write_text("x")
    done = crawl_board(new_store(tmp_path, "s.sqlite3"), boards.gnuboard_url, WARC_DIR=str(place))
    assert done.code in {1, 3}
    assert "the capture cannot be written to" in done.said
