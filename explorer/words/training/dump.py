"""A MediaWiki dump (`pages-articles.xml.bz2`) into plain text, a paragraph a line, once for all epochs.

The parts of gensim's WikiCorpus find the pages and strip their markup. The class itself is not used: it waits forever
for the end of a dump that was cut short, and would strip the markup anew in every epoch.
"""

import gzip
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import ParseError

from explorer.words.errors import WordSpaceError
from explorer.words.training.corpus import ReportBytes
from explorer.words.unpacking import read_errors, unpacked

LEAST_WORDS = 50  # an article of fewer is a redirect or a stub, as WikiCorpus has it
_AT_ONCE = 16  # pages a process


def extract(
    dump: Path, text: Path, processes: int, stop: threading.Event, report: ReportBytes = lambda read: None
) -> None:
    """Write the articles of `dump` to the gzipped `text`, whole or not at all.

    Raises WordSpaceError for a dump that cannot be read to its end, OSError where the text cannot be written, and
    KeyboardInterrupt when `stop` was set meanwhile.
    """
    fresh = text.with_name(f".{text.name}.new")
    try:
        with gzip.open(fresh, "wt", encoding="utf-8", compresslevel=1) as file:
            for article in _articles(dump, processes, report):
                if stop.is_set():
                    raise KeyboardInterrupt("Stopped while extracting; the same command begins with that again.")
                file.write(article)
        fresh.replace(text)
    finally:
        fresh.unlink(missing_ok=True)


def _articles(dump: Path, processes: int, report: ReportBytes) -> Iterator[str]:
    from gensim.corpora.wikicorpus import IGNORED_NAMESPACES

    others = tuple(f"{namespace}:" for namespace in IGNORED_NAMESPACES)
    pages = _pages(dump, report)
    spawning = multiprocessing.get_context("spawn")  # a fork would copy locks that the progress bar's thread may hold
    with spawning.Pool(processes, _end_with, (os.getpid(),)) as pool:
        while group := list(islice(pages, _AT_ONCE * processes)):
            wanted = [text for title, text in group if not title.startswith(others)]
            for article in pool.imap(_paragraphs, wanted):
                if len(article.split()) >= LEAST_WORDS:
                    yield article


def _pages(dump: Path, report: ReportBytes) -> Iterator[tuple[str, str]]:
    """Titles and marked-up texts of the articles' namespace; raises WordSpaceError for a broken file."""
    from gensim.corpora.wikicorpus import extract_pages

    with read_errors(dump), unpacked(dump) as (stream, raw):
        try:
            for title, text, _ in extract_pages(stream, ("0",)):
                report(raw.tell())
                yield title or "", text
        except (ParseError, ValueError, AttributeError):  # broken XML, no MediaWiki namespace, a page without a title
            raise WordSpaceError(f"{dump} is not a whole MediaWiki dump; download or copy it again.") from None


def _paragraphs(text: str) -> str:
    from gensim.corpora.wikicorpus import filter_wiki

    return "".join(f"{line.strip()}\n" for line in filter_wiki(text).splitlines() if line.strip())


def _end_with(parent: int) -> None:
    """Set up a helper process: it ignores Ctrl-C, which is for its parent, and ends when the parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
