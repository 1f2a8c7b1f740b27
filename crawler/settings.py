"""Every setting that differs from Scrapy's default, by stage, with its unit.

``-s NAME=VALUE`` overrides any of them.  Some can come from the environment, for jobs that
share a crontab or a unit file: ``STORE_URL``, ``CONTACT_URL``, ``LOG_LEVEL``, ``PSEUDONYMS``,
``ALLOWED_NETWORKS``, ``WARC_DIR``.
"""

import os
from pathlib import Path

from scrapy.utils.conf import closest_scrapy_cfg

from models.urls import sqlite_url
from pipelines import STAGES


def _environment(name: str, default: str) -> str:
    """Return a variable; blanks around it, which nobody sees in a crontab, are not of it."""
    return os.environ.get(name, default).strip()


BOT_NAME = "pumgeul"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"


def _project_root() -> Path:
    """Return the folder of scrapy.cfg: a job's store must not depend on where it was started.

    A program that was installed has none beside it. It takes that of the folder that it is run in:
    a store among the packages would be gone with the next update.
    """
    beside = Path(__file__).resolve().parent.parent
    if (beside / "scrapy.cfg").is_file():
        return beside
    found = closest_scrapy_cfg()
    return Path(found).parent if found else Path.cwd()


PROJECT_ROOT = _project_root()

# --- Fetch: who we are ---------------------------------------------------------------

CONTACT_URL = _environment("CONTACT_URL", "https://example.org/pumgeul")
"""Where the owner of a board learns who crawls it and how to stop it: set your own."""
USER_AGENT = f"pumgeul/0.1 (+{CONTACT_URL})"
ROBOTSTXT_USER_AGENT = "pumgeul"
"""The name that a robots.txt addresses."""
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "ko,en;q=0.5",
}

# --- Fetch: manners ------------------------------------------------------------------

ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 16
"""Requests in flight, over all hosts."""
CONCURRENT_REQUESTS_PER_DOMAIN = 1
"""Requests in flight, a host."""
DOWNLOAD_DELAY = 1.0
"""s between two requests to a host."""
DOWNLOAD_DELAY_JITTER = 0.5
"""Share of the delay by which it varies."""
CRAWL_DELAY_MAX = 60.0
"""s, the longest Crawl-delay of a robots.txt that is followed; 0 ignores them."""

# --- Fetch: what may be reached ------------------------------------------------------

ALLOWED_NETWORKS = _environment("ALLOWED_NETWORKS", "")
"""Networks beside the public ones, comma-separated: ``192.168.7.0/24``, ``loopback``, ``private``."""
TWISTED_DNS_RESOLVER = "crawler.guard.GuardedResolver"
HTTPPROXY_ENABLED = False
"""A proxy resolves names itself: whoever turns it on trusts the proxy to guard the network."""

# --- Fetch: when it fails ------------------------------------------------------------

DOWNLOAD_TIMEOUT = 30
"""s for a whole response."""
DOWNLOAD_MAXSIZE = 16 * 1024 * 1024
"""Bytes of a response, also after decompression: parsing takes several times that."""
DOWNLOAD_WARNSIZE = 4 * 1024 * 1024
"""Bytes of a response that are worth a line in the log."""
DOWNLOAD_MIN_RATE = 100.0
"""Bytes a second, below which a server is hung up on; 0 waits for DOWNLOAD_TIMEOUT."""
DOWNLOAD_MIN_RATE_AFTER = 10.0
"""s from a response's first byte during which any rate will do."""
RETRY_TIMES = 2
"""Further tries after the first."""
RETRY_BACKOFF_DELAY = 5.0
"""s before the first retry; doubled for each further one."""
RETRY_BACKOFF_MAX = 120.0
"""s before a retry at most, whatever the server's Retry-After says; 0 never waits."""
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the spider says what it means
REDIRECT_MAX_TIMES = 5
"""Redirects followed from a start URL; those of posts and lists are never followed."""
PENDING_POSTS = 100
"""Posts of a board that wait before its next list page is asked for."""

# --- Fetch: what is switched off, and why --------------------------------------------

TELNETCONSOLE_ENABLED = False  # it runs code for whoever reaches the port
REMOTE_CONTROL_ENABLED = False  # so does this
DOWNLOAD_HANDLERS = {
    "http": "crawler.cut_pages.WholePages",
    "https": "crawler.cut_pages.WholePages",
    **dict.fromkeys(("file", "data", "ftp", "s3")),  # boards are HTTP
}
CONCURRENT_ITEMS = 2
"""Outputs of one page handled at once: its one post, and its requests beside it. Scrapy makes
as many tasks for every page, however little the page gives."""
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 2_000_000
"""Bytes of pages that are being read, matched and stored: enough to fill the stages' batches. What
is beyond it waits at the server: else the crawl ends with the store alone at work."""
# Cookies stay on: without them GNUBOARD counts a hit and opens a session for every request.
COOKIES_MAX_BYTES = 8192
"""Bytes of a request's cookies; a server that sets more loses them all."""

WARN_ON_GENERATOR_RETURN_VALUE = False  # it parses the spider's source again and again

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.RobotsTxt": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.BackOff": 550,
    "crawler.guard.RefusedAddress": 560,  # before a retry: it would be refused again
    # Nearest to the network: what is kept is what came.
    "crawler.captures.Captures": 595,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "crawler.middlewares.BoundedCookies": 700,
    # A page must not send the crawler elsewhere.
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    # Spiders name no domains: they write every address themselves.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
}
# Requests are built from ids, not followed from pages.
REFERRER_POLICY = "no-referrer"
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,  # no queue asks for its mark
    # Paging is a chain as long as the board; depth means nothing here.
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    # It drops a request without a word to the spider, which would wait for it.
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # no meta is copied
}

# --- Fetch: evidence -----------------------------------------------------------------

WARC_DIR = _environment("WARC_DIR", str(PROJECT_ROOT / "data" / "warc"))
"""The folder of the WARC files with every response as it came; empty keeps none."""
WARC_MAX_BYTES = 1024 * 1024 * 1024
"""Bytes of a WARC file, above which the next one is begun."""

# --- Fetch: scheduled crawls ---------------------------------------------------------

BOARDS_FILE = str(PROJECT_ROOT / "data" / "boards.toml")
"""Boards that a crawl without ``url`` visits besides those of the store; need not exist."""
CRAWL_INTERVAL_MIN = 3600
"""s from one scheduled crawl of a board to the next, where many write there."""
CRAWL_INTERVAL_MAX = 14 * 24 * 3600
"""s from one scheduled crawl of a board to the next, where nobody writes any more."""
RECHECK_AFTER = 7 * 24 * 3600
"""s after which a post is asked for again whose state no list shows: one that is secret, closed or
deleted and listed all the same, or there and not listed. Then after twice as long, and so on; 0: never."""
HOST_BUDGET = 20_000
"""Requests of a run to one host; what is left over is the next run's. 0: no limit."""

# --- Extract, match, store -----------------------------------------------------------

ITEM_PIPELINES = STAGES
READ_TIMEOUT = 5.0
"""s in which a page must be read, or a batch of them; then its process is killed. A page that is
to blame is tried once more, alone."""
READ_MEMORY = 200 * 1024 * 1024
"""Bytes of data of the process that reads pages."""
STORE_URL = _environment("STORE_URL", sqlite_url(PROJECT_ROOT / "data" / "store.sqlite3"))
"""The store, as SQLAlchemy writes it; ``postgresql://…`` is psycopg 3; empty stores nothing."""
STORE_BATCH = 32
"""Posts in one transaction, at most; they are never held back to fill one."""
PSEUDONYMS = _environment("PSEUDONYMS", "true")
"""Whether nicknames and shown parts of addresses are stored as keyed hashes."""
LOAD_MAX_CHARS = 1_000_000
"""Letters and digits of a text that `scrapy load` takes; a longer one is skipped."""
LOAD_MAX_LINE_BYTES = 16 * 1024 * 1024
"""Bytes of a line that `scrapy load` takes; a longer one is skipped unread."""

# --- Run: records, logs, exports -----------------------------------------------------

EXTENSIONS = {
    "scrapy.extensions.feedexport.FeedExporter": None,
    "crawler.extensions.FeedExports": 0,
    "crawler.extensions.RunRecord": 500,
    "crawler.extensions.CrawlDelay": 500,
    "crawler.guard.MinimumRate": 500,
}
LOG_LEVEL = _environment("LOG_LEVEL", "INFO")
LOG_FORMAT = "%(asctime)s %(levelname)s [%(name)s] %(message)s"
LOG_VERSIONS: list[str] = []
LOG_FORMATTER = "crawler.logs.PageLines"
STATS_CLASS = "crawler.logs.Stats"
FEED_EXPORT_ENCODING = "utf-8"
