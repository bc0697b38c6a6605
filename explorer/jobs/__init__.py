"""Background training: start, watch, pause, resume, stop, reattach.

Nothing is kept in memory: the state of a run is read from its folder, so that the app, the command line and an app that
was restarted see the same. A run that was started from here has a job.json (`queue_entry`) beside the files that the
training writes, and a process of its own, which outlives whoever started it.
"""

from explorer import lazy

_HOME = {"Jobs": "jobs", "Job": "job", "JobError": "job", "estimate": "estimating"}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)
