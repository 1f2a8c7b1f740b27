"""The SQL of the analyst's views, as it is now, and how a store gets it.

Views hold no data, so there is no history of them to replay: each upgrade makes all
of them anew.  Their columns and types stand in `models.views`; a test holds the two
together.  New columns go to the end: PostgreSQL replaces a view in place, and with it
keeps who may read it, only as long as the old columns stay as they were.
"""

# ruff: noqa: S608 - the strings are made of constants below

from sqlalchemy import Connection


def replace_views(conn: Connection) -> None:
    """Make every view as it is defined now, in the caller's transaction."""
    for name, select in _views(conn.dialect.name).items():
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
            conn.exec_driver_sql(f"CREATE VIEW {name} AS {select}")
        else:
            conn.exec_driver_sql(f"CREATE OR REPLACE VIEW {name} AS {select}")


def _views(dialect: str) -> dict[str, str]:
    """Return the SQL of every view: the same on both dialects, a day's name apart."""
    return {
        "mirrors": _links("m.relation <> 'quote'"),
        "quotes": _links("m.relation = 'quote'"),
        "posts": _POSTS,
        "lures": _LURES,
        "families": _FAMILIES,
        "boards": _boards(_HOURS[dialect]),
        "campaigns": _CAMPAIGNS,
        "campaign_posts": _CAMPAIGN_POSTS,
        "stories": _STORIES,
        "captures": _CAPTURES,
        "daily": _daily(_KST_DAY[dialect]),
    }


def _links(condition: str) -> str:
    return f"""
SELECT m.post_id,
       p.key AS post_key,
       p.url AS post_url,
       b.url AS board_url,
       COALESCE(p.engine, b.engine) AS engine,
       p.title AS post_title,
       p.posted_at,
       p.fetched_at,
       m.article_id,
       a.key AS article_key,
       a.url AS article_url,
       a.title AS article_title,
       a.publisher,
       a.published_at,
       a.origin,
       m.relation,
       m.coverage,
       m.share,
       m.copies,
       m.cut,
       m.identity,
       m.score,
       p.is_spam,
       m.matched_at,
       m.cuts,
       p.author,
       m.position,
       a.is_stub,
       COALESCE(a.story_id, a.id) AS story_id,
       m.substitutions
  FROM mirror m
  JOIN post p ON p.id = m.post_id
  JOIN board b ON b.id = p.board_id
  JOIN article a ON a.id = m.article_id
 WHERE {condition}
"""


_POSTS = """
SELECT p.id AS post_id,
       p.key AS post_key,
       p.url AS post_url,
       b.url AS board_url,
       COALESCE(p.engine, b.engine) AS engine,
       p.native_id,
       p.title,
       p.author,
       p.category,
       p.posted_at,
       p.fetched_at,
       p.hits,
       p.comment_count AS comments,
       p.status,
       p.body,
       p.body_chars,
       p.hidden_chars,
       p.copies,
       p.title_from_body,
       p.is_spam,
       p.reasons,
       p.version,
       p.first_seen_at,
       p.ip,
       p.problem,
       p.gone_at,
       p.returned_at
  FROM post p
  JOIN board b ON b.id = p.board_id
"""

_LURES = """
SELECT l.post_id,
       p.key AS post_key,
       l.kind,
       l.value,
       l.raw,
       l.position
  FROM lure l
  JOIN post p ON p.id = l.post_id
"""

# A post stands where its board says, else where we saw it.
_POST_TIME = "COALESCE(p.posted_at, p.fetched_at, p.first_seen_at)"

_FAMILIES = f"""
SELECT m.article_id,
       a.origin,
       COUNT(*) AS posts,
       COUNT(DISTINCT p.board_id) AS boards,
       MIN({_POST_TIME}) AS first_seen,
       MAX({_POST_TIME}) AS last_seen,
       a.key AS article_key,
       a.title
  FROM mirror m
  JOIN post p ON p.id = m.post_id
  JOIN article a ON a.id = m.article_id
 WHERE m.relation <> 'quote'
 GROUP BY m.article_id, a.origin, a.key, a.title
"""

_LINKS_OF_POSTS = """
  (SELECT post_id, COUNT(*) AS links FROM mirror WHERE relation <> 'quote' GROUP BY post_id)
"""

# From one time to another, in hours.
_HOURS = {
    "sqlite": "(STRFTIME('%s', {end}) - STRFTIME('%s', {start})) / 3600.0",
    "postgresql": "CAST(EXTRACT(EPOCH FROM {end} - {start}) AS DOUBLE PRECISION) / 3600",
}


def _median(hours: str) -> str:
    """Return a query of (board_id, hours) → the median of each board; SQLite has no function for it."""
    return f"""
  (SELECT board_id, AVG(hours) AS hours, MAX(size) AS size
     FROM (SELECT board_id,
                  hours,
                  ROW_NUMBER() OVER (PARTITION BY board_id ORDER BY hours) AS place,
                  COUNT(*) OVER (PARTITION BY board_id) AS size
             FROM ({hours}) h) ranked
    WHERE place BETWEEN size / 2.0 AND size / 2.0 + 1
    GROUP BY board_id)
"""


def _boards(hours: str) -> str:
    lives = f"""
SELECT p.board_id, {hours.format(start=_POST_TIME, end="p.gone_at")} AS hours
  FROM post p
 WHERE p.is_spam AND p.gone_at IS NOT NULL
"""
    lags = f"""
SELECT p.board_id, {hours.format(start="a.published_at", end=f"MIN({_POST_TIME})")} AS hours
  FROM mirror m
  JOIN post p ON p.id = m.post_id
  JOIN article a ON a.id = m.article_id
 WHERE m.relation <> 'quote' AND a.published_at IS NOT NULL
 GROUP BY p.board_id, a.id, a.published_at
"""
    return f"""
SELECT b.url,
       b.engine,
       b.name,
       COUNT(p.id) AS posts,
       CAST(COALESCE(SUM(m.links), 0) AS BIGINT) AS mirrors,
       COUNT(CASE WHEN p.is_spam THEN 1 END) AS spam,
       CAST(COUNT(CASE WHEN p.is_spam THEN 1 END) AS DOUBLE PRECISION) / NULLIF(COUNT(p.id), 0)
         AS spam_share,
       MIN({_POST_TIME}) AS first_post,
       MAX({_POST_TIME}) AS last_post,
       b.last_crawled_at,
       b.enabled,
       b.id AS board_id,
       b.found_on,
       b.interval_seconds,
       b.last_tried_at,
       b.failures,
       COALESCE(life.size, 0) AS spam_gone,
       life.hours AS spam_life_hours,
       lag.hours AS mirror_lag_hours
  FROM board b
  LEFT JOIN post p ON p.board_id = b.id
  LEFT JOIN {_LINKS_OF_POSTS} m ON m.post_id = p.id
  LEFT JOIN {_median(lives)} life ON life.board_id = b.id
  LEFT JOIN {_median(lags)} lag ON lag.board_id = b.id
 GROUP BY b.id, b.url, b.engine, b.name, b.last_crawled_at, b.enabled, b.found_on,
          b.interval_seconds, b.last_tried_at, b.failures, life.size, life.hours, lag.hours
"""


def _first_of(select: str, order: str, where: str = "TRUE") -> str:
    """Return a query of (campaign_id, kind, value): what most posts of each campaign carry."""
    return f"""
  (SELECT campaign_id, kind, value
     FROM (SELECT v.campaign_id,
                  v.kind,
                  v.value,
                  ROW_NUMBER() OVER (
                    PARTITION BY v.campaign_id
                    ORDER BY {order}COUNT(DISTINCT v.post_id) DESC, MIN(v.post_id), MIN(v.position)
                  ) AS place
             FROM ({select}) v
            WHERE {where}
            GROUP BY v.campaign_id, v.kind, v.value, v.is_strong) ranked
    WHERE place = 1)
"""


_TIES = "SELECT campaign_id, post_id, position, kind, value, is_strong FROM campaign_tie"
_CAMPAIGN_LURES = """
SELECT t.campaign_id, l.post_id, l.position, l.kind, l.value, FALSE AS is_strong
  FROM (SELECT DISTINCT campaign_id, post_id FROM campaign_tie) t
  JOIN lure l ON l.post_id = t.post_id
"""
_TIED_BY = ",\n       ".join(
    f"COUNT(DISTINCT CASE WHEN t.kind = '{kind}' THEN t.value END) AS {kind}s"
    for kind in ("domain", "url", "phone", "messenger", "email", "keyword", "cut")
)

_CAMPAIGNS = f"""
SELECT c.campaign_id,
       top.kind,
       top.value,
       c.strong = 0 AS is_weak,
       c.posts,
       c.boards,
       c.spam,
       c.first_seen,
       c.last_seen,
       word.value AS keyword,
       home.value AS domain,
       c.domains,
       c.urls,
       c.phones,
       c.messengers,
       c.emails,
       c.keywords,
       c.cuts
  FROM (SELECT t.campaign_id,
               COUNT(DISTINCT t.post_id) AS posts,
               COUNT(DISTINCT p.board_id) AS boards,
               COUNT(DISTINCT CASE WHEN p.is_spam THEN t.post_id END) AS spam,
               MIN({_POST_TIME}) AS first_seen,
               MAX({_POST_TIME}) AS last_seen,
               COUNT(CASE WHEN t.is_strong THEN 1 END) AS strong,
               {_TIED_BY}
          FROM campaign_tie t
          JOIN post p ON p.id = t.post_id
         GROUP BY t.campaign_id) c
  JOIN {_first_of(_TIES, "CASE WHEN v.is_strong THEN 0 ELSE 1 END, ")} top
    ON top.campaign_id = c.campaign_id
  LEFT JOIN {_first_of(_CAMPAIGN_LURES, "", "v.kind = 'keyword'")} word
    ON word.campaign_id = c.campaign_id
  LEFT JOIN {_first_of(_TIES, "", "v.kind = 'domain'")} home
    ON home.campaign_id = c.campaign_id
"""

_CAMPAIGN_POSTS = """
SELECT t.campaign_id,
       t.post_id,
       p.key AS post_key,
       p.url AS post_url,
       b.url AS board_url,
       t.kind,
       t.value,
       t.is_strong,
       t.position
  FROM campaign_tie t
  JOIN post p ON p.id = t.post_id
  JOIN board b ON b.id = p.board_id
"""

_STORIES = """
SELECT a.story_id,
       COUNT(DISTINCT a.id) AS articles,
       COUNT(DISTINCT a.publisher) AS publishers,
       MIN(a.published_at) AS first_published_at,
       COUNT(DISTINCT CASE WHEN m.relation <> 'quote' THEN m.post_id END) AS posts,
       MIN(CASE WHEN a.id = a.story_id THEN a.title END) AS title
  FROM article a
  LEFT JOIN mirror m ON m.article_id = a.id
 WHERE a.story_id IS NOT NULL
 GROUP BY a.story_id
"""

_CAPTURES = """
SELECT c.id AS capture_id,
       c.url,
       c.status,
       c.fetched_at,
       c.sha256,
       c.warc_file,
       c.warc_offset,
       c.warc_length,
       p.id AS post_id,
       p.key AS post_key,
       a.id AS article_id
  FROM capture c
  LEFT JOIN post p ON p.capture_id = c.id
  LEFT JOIN article a ON a.capture_id = c.id
"""

# Korea's clocks are nine hours ahead, without summer time since 1988.
_KST_DAY = {
    "sqlite": "DATE({time}, '+9 hours')",
    "postgresql": "TO_CHAR({time} AT TIME ZONE INTERVAL '9 hours', 'YYYY-MM-DD')",
}


def _daily(kst_day: str) -> str:
    return f"""
SELECT e.day,
       CAST(SUM(e.posts) AS BIGINT) AS posts,
       CAST(SUM(e.mirrors) AS BIGINT) AS mirrors,
       CAST(SUM(e.spam) AS BIGINT) AS spam,
       CAST(SUM(e.articles) AS BIGINT) AS new_articles
  FROM (SELECT {kst_day.format(time=_POST_TIME)} AS day,
               1 AS posts,
               COALESCE(m.links, 0) AS mirrors,
               CASE WHEN p.is_spam THEN 1 ELSE 0 END AS spam,
               0 AS articles
          FROM post p
          LEFT JOIN {_LINKS_OF_POSTS} m ON m.post_id = p.id
         UNION ALL
        SELECT {kst_day.format(time="a.first_seen_at")}, 0, 0, 0, 1
          FROM article a
         WHERE a.origin = 'known') e
 GROUP BY e.day
"""
