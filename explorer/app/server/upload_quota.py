"""How much each visitor may keep on this machine's disk: bytes, and files with folders, which a disk counts too."""

from pathlib import Path

from explorer.app.server.upload_list import Sent, UploadError

MAX_BYTES, MAX_NODES = 8 << 30, 200_000  # of one visitor


class Quota:
    """What the visitors of one app sent that is still there. On the event loop alone."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[Path, tuple[int, int]]] = {}  # by visitor: bytes and nodes of each upload

    def take(self, visitor: str, folder: Path, sent: Sent) -> None:
        """Count what is to be kept in a folder from now on; raises UploadError where that is too much."""
        here = {owner: {one: size for one, size in kept.items() if one.exists()} for owner, kept in self._kept.items()}
        self._kept = {owner: kept for owner, kept in here.items() if kept}
        own = self._kept.setdefault(visitor, {})
        own[folder] = sent.bytes, sent.nodes
        if sum(size for size, _ in own.values()) > MAX_BYTES or sum(nodes for _, nodes in own.values()) > MAX_NODES:
            del own[folder]
            raise UploadError(
                f"With these you would keep more than {MAX_BYTES >> 30} GB or {MAX_NODES:,} files here. What no "
                "training uses is thrown away after a day: send fewer, or send them then.",
                413,
            )

    def move(self, visitor: str, folder: Path, to: Path | None) -> None:
        """What is counted in one folder lies in another now, or nowhere."""
        size = self._kept.get(visitor, {}).pop(folder, None)
        if size is not None and to is not None:
            self._kept[visitor][to] = size
