"""What a spider hands to the stages."""

from dataclasses import dataclass

from models.records import PostRecord


@dataclass(slots=True, kw_only=True)
class PostItem(PostRecord):
    """A post as the engine read it: the record to store, and the HTML its body is in.

    The extract stage fills ``body``, ``hidden`` and ``hrefs`` from ``html`` and
    empties it; a post without a container (secret, deleted, loaded as text) has
    ``html`` None.
    """

    html: str | None = None
    """The container's outer HTML, decoded."""
    whole_page: bool = False
    """No engine knew the page: ``html`` is all of it, trafilatura finds the body."""
