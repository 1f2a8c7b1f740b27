"""Rows for the tests of the store, and what is in a store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select

from models import schema
from models.matching import join_story
from models.records import (
    ArticleRecord,
    CaptureRecord,
    CommentRecord,
    LureRecord,
    MirrorRecord,
    PostRecord,
    Span,
    VerdictRecord,
)
from models.relation import LureKind, Reason, Relation
from models.write import (
    SavedArticle,
    count_letters,
    replace_verdict,
    save_articles,
    save_board,
    save_post,
    start_run,
    writing,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BOARD = "https://board.example/bbs/board.php?bo_table=free"


def a_post(native_id: str = "7", **fields: Any) -> PostRecord:
    given: dict[str, Any] = {
        "board_url": BOARD,
        "native_id": native_id,
        "key": f"{BOARD}&wr_id={native_id}",
        "url": f"{BOARD}&wr_id={native_id}",
        "engine": "gnuboard5",
        "title": "시청 앞 광장에 나무를 심",
        "author": "푸른하늘",
        "ip": "121.♡.30.4",
        "category": "자유",
        "posted_at": NOW - timedelta(hours=3),
        "fetched_at": NOW,
        "hits": 12,
        "comments": [
            CommentRecord(native_id="c1", author="가람", posted_at=NOW, text="잘 읽었습니다."),
            CommentRecord(native_id=None, author=None, posted_at=None, text="저도요.", depth=1),
        ],
        "links": ["https://link.example/"],
        "files": ["사진.jpg"],
        "body": "광고 문의\n시청 앞 광장에 나무를 심었다.\n광고 문의",
        "hidden": ["숨은 글"],
        "hrefs": ["https://casino.example/"],
        "list_mark": "시청 앞 광장에…|2",
    }
    return PostRecord(**{**given, **fields})


def an_article(key: str = "A-1", **fields: Any) -> ArticleRecord:
    given: dict[str, Any] = {
        "key": key,
        "text": "시청 앞 광장에 나무를 심었다. 시민들이 함께했다.",
        "url": f"https://news.example/{key}",
        "title": "광장에 나무를 심다",
        "publisher": "한빛신문",
        "published_at": NOW - timedelta(days=2),
    }
    return ArticleRecord(**{**given, **fields})


def a_mirror(article_id: int, **fields: Any) -> MirrorRecord:
    mirror = MirrorRecord(
        article_id=article_id,
        relation=Relation.TRUNCATED,
        coverage=0.6,
        share=0.7,
        copies=2,
        cut=16,
        cuts=(16, None),
        identity=1.0,
        score=0.95,
        spans=(Span(6, 22, 0, 16, 1), Span(22, 30, 0, 8, 2)),
    )
    return replace(mirror, **fields)


def a_verdict(**fields: Any) -> VerdictRecord:
    verdict = VerdictRecord(
        is_spam=True,
        reasons=(Reason.KEYWORD_LINE, Reason.CONTACT),
        copies=2,
        title_from_body=True,
        lures=(
            LureRecord(LureKind.KEYWORD, "광고 문의", "광고 문의"),
            LureRecord(LureKind.PHONE, "01012345678", "O1O-1234-5678"),
            LureRecord(LureKind.KEYWORD, "광고 문의", "광고 문의"),
        ),
    )
    return replace(verdict, **fields)


def put(store: Engine, record: PostRecord, now: datetime = NOW, run_id: int | None = None) -> Any:
    with writing(store) as conn:
        return save_post(conn, record, run_id, now)


A_CAPTURE = CaptureRecord(
    url=BOARD + "&wr_id=1",
    status=200,
    sha256="0" * 64,
    warc_file="a.warc.gz",
    warc_offset=512,
    warc_length=2048,
    fetched_at=NOW,
)


def save_article(
    conn: Connection, record: ArticleRecord, run_id: int | None, now: datetime
) -> SavedArticle:
    (saved,) = save_articles(conn, [record], [count_letters(record.text)], run_id, now)
    return saved


def fill(store: Engine) -> None:
    """Two boards, five posts, three articles (one inferred), mirrors, a quote, lures, a run."""
    with writing(store) as conn:
        run_id = start_run(conn, "crawl board", {"url": BOARD}, NOW)
        save_board(conn, BOARD, "gnuboard5", "자유게시판", NOW)
        first = save_article(conn, an_article("A-1"), run_id, NOW).article_id
        second = save_article(
            conn, an_article("A-2", text="다른 기사이다.", published_at=None), run_id, LATER
        ).article_id
        join_story(conn, [first, second])
        inferred = add_inferred(conn)
        posts = [
            save_post(conn, record, run_id, NOW).post_id
            for record in (
                a_post("1", capture=A_CAPTURE),
                # 23:30 in Korea, still the day before in UTC; then half an hour later.
                a_post("2", posted_at=datetime(2026, 2, 28, 14, 30, tzinfo=UTC)),
                a_post("3", posted_at=datetime(2026, 2, 28, 15, 0, tzinfo=UTC)),
                a_post("4", board_url="읽어 들인 글", engine=None, posted_at=None, fetched_at=None),
                a_post("5", board_url="읽어 들인 글", engine=None, posted_at=None),
            )
        ]
        collage = [
            a_mirror(second, relation=Relation.COLLAGE, coverage=1 / 3),
            a_mirror(first, relation=Relation.COLLAGE, coverage=2 / 3, score=0.9),
        ]
        for post_id, mirrors, verdict in (
            (posts[0], [a_mirror(first)], a_verdict()),
            (posts[1], collage, a_verdict()),
            (posts[2], [a_mirror(inferred)], a_verdict(is_spam=False, reasons=(), lures=())),
            (posts[3], [a_mirror(inferred, cut=None, cuts=(None,))], a_verdict()),
            (
                posts[4],
                [a_mirror(first, relation=Relation.QUOTE)],
                a_verdict(
                    is_spam=False,
                    reasons=(),
                    lures=(LureRecord(LureKind.EMAIL, "a@b.example", "a@b.example"),),
                ),
            ),
        ):
            replace_verdict(conn, post_id, mirrors, verdict, run_id, LATER)


def add_inferred(conn: Connection) -> int:
    return conn.execute(
        schema.article.insert().returning(schema.article.c.id),
        {
            "origin": "inferred",
            "text": "글에서 되살린 기사",
            "chars": 8,
            "text_sha": "0" * 64,
            "version": 1,
            "first_seen_at": NOW,
        },
    ).scalar_one()


def dump(store: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with store.connect() as conn:
        return {
            table.name: sorted((tuple(row) for row in conn.execute(select(table))), key=repr)
            for table in schema.metadata.sorted_tables
        }
