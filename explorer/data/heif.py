"""HEIC and AVIF, as telephones and cameras write them: read where somebody installed what reads them."""

SUFFIXES = frozenset((".heic", ".heics", ".heif", ".heifs", ".hif", ".avif", ".avifs"))


def register() -> None:
    """Teach pillow HEIF, if pillow-heif is installed; pillow itself reads AVIF from 11.3 on."""
    try:
        from pillow_heif import register_heif_opener
    except ImportError:  # not here, or a build of it that does not fit this machine
        return
    register_heif_opener()


def advice(count: int, first: str) -> str:
    """What is said of pictures that were left out because nothing here reads them."""
    one = count == 1
    return (
        f"{count:,} HEIC or AVIF {'picture was' if one else 'pictures were'} left out, the first {first}: "
        "pip install 'gan-explorer[heif]' reads such."
    )
