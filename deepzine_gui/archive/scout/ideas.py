"""Collections of texts to begin with, each in one line."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Idea:
    """A collection: its identifier, and what it holds."""

    identifier: str
    what: str


IDEAS = (
    Idea("MBLWHOI", "Marine biology, from Woods Hole"),
    Idea("aozorabunko", "Japanese literature, printed in columns"),
    Idea("boletinoficialdelarepublicaargentina", "Argentina's official gazette, day by day"),
    Idea("biodiversity", "Natural history and its plates"),
    Idea("usda-nurseryandseedcatalog", "Catalogues of nurseries and seedsmen"),
    Idea("pulpmagazinearchive", "Pulp magazines: science fiction, horror"),
    Idea("computermagazines", "Magazines for home computers"),
    Idea("bitsavers", "Manuals and papers of early computers"),
    Idea("zines", "Small, photocopied, made by hand"),
    Idea("prelinger_library", "Trade journals, maps and ephemera"),
    Idea("medicalheritagelibrary", "Medicine from the 16th century on"),
    Idea("manuals", "Manuals of machines, appliances, games"),
    Idea("gutenberg", "Project Gutenberg, mostly plain text"),
    Idea("iacl", "Children's books, many in colour"),
    Idea("americana", "American libraries: very many books"),
    Idea("toronto", "Canadian libraries, old books and new"),
)
"""The first are those that DeepZine began with."""
