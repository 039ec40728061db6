"""Collections of texts to begin with, each in one line."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Idea:
    """A collection: its identifier, and what it holds."""

    identifier: str
    what: str


IDEAS = (
    Idea("MBLWHOI", "Marine biology and oceanography from the library at Woods Hole"),
    Idea("aozorabunko", "Japanese literature, printed in columns"),
    Idea("boletinoficialdelarepublicaargentina", "Argentina's official gazette, day by day"),
    Idea("biodiversity", "Natural history with its plates: the Biodiversity Heritage Library"),
    Idea("usda-nurseryandseedcatalog", "Catalogues of American nurseries and seedsmen"),
    Idea("pulpmagazinearchive", "Pulp magazines: science fiction, horror, adventure"),
    Idea("computermagazines", "Magazines for home computers, with listings and advertisements"),
    Idea("bitsavers", "Manuals and papers of early computers"),
    Idea("zines", "Zines: small, photocopied, made by hand"),
    Idea("prelinger_library", "Trade journals, maps and ephemera of the Prelinger Library"),
    Idea("medicalheritagelibrary", "Medical books from the 16th to the 20th century"),
    Idea("manuals", "Manuals of machines, appliances and games"),
    Idea("gutenberg", "Project Gutenberg's books, mostly plain text"),
    Idea("iacl", "Children's books, many in colour"),
    Idea("americana", "Books from American libraries: very many, take a few"),
    Idea("toronto", "Books from Canadian libraries, old and new"),
)
"""The first are those that DeepZine began with."""
