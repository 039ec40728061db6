"""From documents to a dataset file: who does what, and how nothing is lost."""
