"""Background training: start, watch, pause, resume, stop, reattach.

Nothing is kept in memory: what a run is doing is read from its folder, so that the app, the command line and an app
that was restarted see the same. A run that was started from here has a job.json (`queue_entry`) beside the files that the
training writes, and its own process, which outlives whoever started it.
"""

from explorer import lazy

_HOME = {"Jobs": "jobs", "Job": "job", "JobError": "job", "estimate": "estimating"}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)
