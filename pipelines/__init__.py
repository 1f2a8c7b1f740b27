"""Extract → match → store: what happens to a post after the spider.

A post gains fields from left to right; a stage that cannot use it drops it, and
the name of the `drops` class is the key of Scrapy's own count.

    PostPage ──extract──▶ PostItem with its body ──store──▶ rows
                                                    └ match inside

The stages are thin: each hands its work to a process of its own (`worker`), so that
the crawl's event loop only waits. What they do is in `reading`, `writer`, `match` and
`pipelines.core`, which know nothing of Scrapy and can be read, tested and reused alone.

Stats of a crawl, beside Scrapy's:

    board/asked                 boards whose start page was asked for
    board/started               boards whose engine was recognised
    board/generic               boards of unknown software, read by their structure
    board/crawled               boards walked to their end
    board/failed/<reason>       boards that could not be started
    list/pages                  list pages read
    list/empty                  boards whose first list page shows no post
    list/failed/<reason>        list pages that could not be read; paging ended there
    post/unchanged              the list shows nothing new of them: not fetched
    post/older                  older than `since`: not fetched
    post/vanished               gone from the list: fetched to learn what became of them
    post/rechecked              its state no list shows: fetched again after a long time
    post/failed/<reason>        not readable: robots, timeout, dns, refused, connection,
                                truncated, too_large, http_<status>, other_post, still_listed, …;
                                read_<problem>: the page came, but could not be read
    post/status/<status>        what the board answered: live, secret, deleted, denied,
                                unreadable
    post/new, post/changed, post/seen
                                what the store made of them
    source/asked, source/started
                                feeds, sitemaps and pages asked for, and answered
    source/feed, source/sitemap, source/index, source/page
                                what they turned out to be
    source/unchanged, source/older
                                not read again: nothing new there
    source/failed/<reason>      sources that could not be read
    article/unchanged, article/older
                                known, or older than `since`: not fetched
    article/postponed           left for the next run: a limit was reached
    article/gone                named by a source, but taken down (HTTP 404, 410)
    article/failed/<reason>     as of posts; no_text, no_article, other_page
    archive/asked, archive/files
                                archives named, and read
    archive/unchanged           archives that were read to their end before
    archive/records             records of archives
    archive/skipped/<reason>    records that are no page of a board: no_engine, no_board,
                                no_list, source, …
    archive/failed/<reason>     archives and records that could not be read
    capture/records, capture/bytes
                                responses written to WARC files
    article/new, article/changed, article/seen
                                what the store made of them
    board/proposed              boards found in passing, noted and not crawled
    board/over_budget           boards whose host's budget of requests was used up
    board/other_posts           boards whose host sends everybody to a board with other posts
    post/postponed              posts left for the next run by that
    feed/read, feed/none        boards whose feed was read, or that showed none
    match/relation/<name>       proven links, by relation
    extract/empty               live posts without a visible letter
    date/future                 times more than a year ahead, left empty
    store/error                 posts lost to an error, each logged with its identity
    store/batches               transactions; several posts that wait share one
    store/gone                  1 when the store went away
    run/id                      the row of the `run` table
    run/problem                 why the run could not start or go on
    run/signal                  the signal that stopped the crawl
    run/exit_code               see `crawler.extensions.judge`
"""

STAGES = {
    "pipelines.extract.ExtractStage": 100,
    "pipelines.store.StoreStage": 900,
}
"""Scrapy's ``ITEM_PIPELINES``: class path → order."""
