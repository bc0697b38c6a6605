"""The Help panel: what a newcomer may try, and where to read on."""

from explorer.app.shared.component import component


class Help:
    """Opened from the header or by `?`; its tries act on the page itself, so the server has no part in it."""

    def place(self) -> None:
        """Put the panel into the `gr.Blocks` that is open."""
        component("help", {}, tab=False)
