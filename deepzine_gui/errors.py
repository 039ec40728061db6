"""Every error a person can meet, as one tree.

::

    DeepZineError                one sentence: what happened, where, what to do
    ├── ArchiveError             the Internet Archive could not be asked or answered oddly
    ├── DocumentError            a document cannot be turned into pages
    ├── DatasetError             a dataset file is missing, broken or not one of ours
    ├── ModelError               a model file is missing, broken or refused
    ├── TrainingError            a run cannot start, go on or be resumed
    ├── ExportError              a film or picture cannot be written
    ├── ProjectError             a project folder is missing, broken or not writable
    ├── SettingsError            a setting is unknown or out of its limits
    ├── StorageError             a place cannot be written
    │   └── DiskFullError        because the disk is full, which may pass
    └── ChildError               a job's own process died or failed unexpectedly
"""


class DeepZineError(Exception):
    """Base of all errors whose text is meant for the person: one clear sentence."""


class ArchiveError(DeepZineError):
    """The Internet Archive could not be reached, or its answer cannot be used."""


class DocumentError(DeepZineError):
    """A document cannot be opened, or one of its pages cannot be rendered."""


class DatasetError(DeepZineError):
    """A dataset file is missing, damaged, or was not written by DeepZine."""


class ModelError(DeepZineError):
    """A model is missing, damaged, or of a kind that is never loaded."""


class TrainingError(DeepZineError):
    """A run cannot be started, continued or resumed."""


class ExportError(DeepZineError):
    """A film, picture or zine cannot be made."""


class ProjectError(DeepZineError):
    """A project folder is missing, damaged or cannot be written."""


class SettingsError(DeepZineError):
    """A setting is unknown or outside its limits."""


class StorageError(DeepZineError):
    """A file cannot be written: the disk is full, or the place is read-only."""


class DiskFullError(StorageError):
    """A file cannot be written now, as the disk is full."""


class ChildError(DeepZineError):
    """The process that ran a job died, or failed in a way no other error names."""
