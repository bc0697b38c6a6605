"""The app: pages on Gradio over the rooms below. Importing this imports neither gradio nor torch."""

from explorer.app.launching import free_port, launch
from explorer.app.page import OPENING, build

__all__ = ["OPENING", "build", "free_port", "launch"]
