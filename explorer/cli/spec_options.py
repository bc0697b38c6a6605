"""Options of commands that draw words: in which style, and how near to trained words."""

from typing import Annotated

import typer

STYLE = "A style of the checkpoint, a mixture such as 'noto + 0.5*doodle', or each: every tile its own."
WORD_TRUNCATION = (
    "How far each tile goes towards one of the trained words nearest to yours, 0 to 1 (default: as the checkpoint was "
    "published, mostly 0)."
)

Style = Annotated[str, typer.Option(help=STYLE)]
OneStyle = Annotated[str, typer.Option(help="A style of the checkpoint, or a mixture such as 'noto + 0.5*doodle'.")]
WordTruncation = Annotated[float | None, typer.Option(help=WORD_TRUNCATION)]
