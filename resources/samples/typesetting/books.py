"""The three books: a novel with its index, an album of plates, a volume of verse."""

from .charts import ornament, rosette
from .language import Tongue
from .marks import hatch
from .plates import plate
from .setting import Box, Face, Room, fill, frame, heading, line, placed, rule

_BODY = Face("Times-Bold", 13.0, 11.8, 0.1)
_HEAD = Face("Helvetica-Bold", 9.0, 10.0)
_CHAPTER = Face("Times-Bold", 40.0, 38.0, 0.05)
_INDEX = Face("Times-Bold", 10.5, 9.8, 0.1)
_LETTER = Face("Helvetica-Bold", 18.0, 18.0, light=True)
_VERSE = Face("Times-BoldItalic", 16.0, 15.6, 0.095)
_CAPTION = Face("Times-BoldItalic", 15.0, 16.0, 0.06)
_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def _text_area(sheet: Box, folio: int) -> Box:
    inner, outer, foot, head = 0.09, 0.14, 0.11, 0.12
    left = inner if folio % 2 else outer
    return Box(
        sheet.width * left,
        sheet.height * foot,
        sheet.width * (1 - inner - outer),
        sheet.height * (1 - foot - head),
    )


# ---- the novel -------------------------------------------------------------------------------


def novel(room: Room, *, chapters: int = 6, pages: int = 9) -> None:
    """A cover, a title page, a table of contents, chapters with running heads, an index."""
    title = room.tongue.title(2)
    cover(room, title)
    title_page(room, title)
    _contents(room, chapters)
    folio = 4
    for chapter in range(1, chapters + 1):
        name = room.tongue.title(2)
        _chapter_opening(room, chapter, name, folio)
        for offset in range(1, pages):
            _book_page(room, name if (folio + offset) % 2 else title, folio + offset)
        folio += pages
    _index(room, folio)


def cover(room: Room, title: str) -> None:
    """A black cover with a white panel for the title."""
    ink, sheet = room.ink, room.sheet
    rule(ink, sheet)
    panel = sheet.inset(sheet.width * 0.12)
    upper, lower = panel.cut(panel.height * 0.36, gap=panel.height * 0.06)
    rule(ink, upper, grey=1.0)
    frame(ink, upper.inset(7), 2.5)
    _, inner = upper.inset(14).cut(upper.height * 0.12)
    heading(ink, title, Face("Helvetica-Bold", 44, 46, 0.05), inner)
    rule(ink, lower, grey=1.0)
    plate(ink, lower.inset(12), room.tongue.random)
    ink.showPage()


def title_page(room: Room, title: str) -> None:
    """A title in large type, an ornament in the middle, a publisher at the foot."""
    ink, chance = room.ink, room.tongue.random
    area = room.sheet.inset(room.sheet.width * 0.12)
    below = heading(ink, title, Face("Times-Bold", 58, 56, 0.05), area)
    _, below = below.cut(12)
    below = heading(ink, room.tongue.title(4), Face("Times-BoldItalic", 22, 24, 0.05), below)
    x, _ = area.centre
    rosette(
        ink, x, below.bottom + below.height * 0.52, area.width * 0.24, petals=chance.randint(7, 13)
    )
    ornament(ink, Box(area.left, area.bottom + 34, area.width, 16), beads=15)
    placed(ink, room.tongue.title(2).upper(), Face("Helvetica-Bold", 18, 20), area, area.bottom + 6)
    ink.showPage()


def _contents(room: Room, chapters: int) -> None:
    ink = room.ink
    area = room.sheet.inset(room.sheet.width * 0.13)
    _, area = heading(ink, room.tongue.title(1).upper(), _CHAPTER, area).cut(14)
    for number, row in enumerate(area.rows(chapters * 2, gap=6), start=1):
        size = Face("Times-Bold", 17.0, 18.0)
        placed(
            ink,
            room.tongue.title(2),
            size,
            Box(row.left, 0, row.width * 0.75, 0),
            row.bottom + 6,
            "left",
        )
        placed(ink, str(number * 5), size, row, row.bottom + 6, "right")
        rule(ink, Box(row.left, row.bottom, row.width, 2.2))
    ink.showPage()


def _running_head(room: Room, area: Box, text: str, folio: int) -> None:
    rule(room.ink, Box(area.left, area.top + 8, area.width, 3))
    placed(room.ink, text.upper(), _HEAD, area, area.top + 15, "left" if folio % 2 else "right")
    placed(room.ink, str(folio), Face("Times-Bold", 15, 16), area, area.bottom - 24)


def _chapter_opening(room: Room, chapter: int, name: str, folio: int) -> None:
    ink = room.ink
    area = _text_area(room.sheet, folio)
    area = Box(area.left, area.bottom, area.width, area.height + 20)
    band, below = area.cut(26, gap=14)
    ornament(ink, band, beads=13)
    placed(ink, _NUMERALS[chapter - 1], Face("Times-Bold", 34, 34), below, below.top - 26)
    _, below = below.cut(36, gap=4)
    below = heading(ink, name, _CHAPTER, below)
    _, below = below.cut(16)
    initial_box, _ = below.cut(_BODY.leading * 5)
    initial = Box(below.left, initial_box.bottom + 2, initial_box.height, initial_box.height)
    rule(ink, initial)
    placed(
        ink,
        room.tongue.title(1)[0],
        Face("Times-Bold", 62, 62, 0, light=True),
        initial,
        initial.bottom + 11,
    )
    fill(
        room,
        _BODY,
        Box(initial.right + 6, initial.bottom, below.right - initial.right - 6, initial.height),
    )
    fill(room, _BODY, Box(below.left, below.bottom, below.width, initial.bottom - below.bottom))
    placed(ink, str(folio), Face("Times-Bold", 15, 16), area, area.bottom - 24)
    ink.showPage()


def _book_page(room: Room, head: str, folio: int) -> None:
    area, chance = _text_area(room.sheet, folio), room.tongue.random
    _running_head(room, area, head, folio)
    if chance.random() < 0.22:
        picture, below = area.cut(area.height * 0.4, gap=14)
        if chance.random() < 0.5:
            below = Box(area.left, area.bottom + picture.height + 14, area.width, below.height)
            picture = Box(area.left, area.bottom, area.width, picture.height)
        plate(room.ink, picture, chance)
        area = below
    fill(room, _BODY, area)
    room.ink.showPage()


def _index(room: Room, folio: int, *, entries: int = 870) -> None:
    """Sorted entries with their pages, in two and three columns by turns."""
    waiting = sorted({f"{room.tongue.title(1)} {room.tongue.word()}" for _ in range(entries)})
    waiting.reverse()
    letter, number = "", folio
    while waiting:
        area = _text_area(room.sheet, number)
        _running_head(room, area, room.tongue.title(1), number)
        for column in area.columns(2 + number % 2, gutter=20):
            letter = _index_column(room, column, waiting, letter)
        room.ink.showPage()
        number += 1


def _index_column(room: Room, column: Box, waiting: list[str], letter: str) -> str:
    """Set entries from the end of `waiting` until the column is full; return the last letter."""
    y = column.top - 8
    while waiting and y > column.bottom + 30:
        entry = waiting.pop()
        if entry[0] != letter:
            letter = entry[0]
            bar = Box(column.left, y - 14, column.width, 22)
            rule(room.ink, bar)
            placed(room.ink, letter, _LETTER, bar, bar.bottom + 4.5)
            y -= 26
        text = f"{entry}, {room.tongue.random.randint(4, 180)}"
        placed(room.ink, text, _INDEX, column, y, "left")
        y -= _INDEX.leading
    return letter


# ---- the album -------------------------------------------------------------------------------


def album(room: Room, *, plates: int = 34) -> None:
    """A cover, a title page, and plates: one, two, four or nine to the page, with captions."""
    title = room.tongue.title(2)
    cover(room, title)
    title_page(room, title)
    shapes = ((1, 1), (1, 1), (2, 1), (2, 2), (3, 3), (1, 1), (2, 2))
    for number in range(plates):
        rows, columns = shapes[number % len(shapes)]
        _plate_page(room, number + 1, rows=rows, columns=columns)


def _plate_page(room: Room, number: int, *, rows: int, columns: int) -> None:
    ink, chance = room.ink, room.tongue.random
    area = room.sheet.inset(room.sheet.width * 0.09)
    placed(ink, f"{number}", Face("Times-Bold", 18, 18), area, area.top - 4, "right")
    area = Box(area.left, area.bottom, area.width, area.height - 16)
    single = rows * columns == 1
    note = 34.0 if single else 19.0
    for row in area.rows(rows, gap=12):
        for place in row.columns(columns, gutter=14):
            picture = Box(place.left, place.bottom + note, place.width, place.height - note)
            plate(ink, picture.inset(4), chance)
            face = Face("Times-Bold", 26, 26, 0.06) if single else _CAPTION
            placed(ink, room.tongue.title(2 if columns < 3 else 1), face, place, place.bottom + 4)
    if single:
        frame(
            ink,
            Box(area.left - 4, area.bottom + note - 2, area.width + 8, area.height - note + 6),
            3,
        )
    ink.showPage()


# ---- the verse -------------------------------------------------------------------------------


def verses(room: Room, *, poems: int = 26) -> None:
    """A title page and poems: short lines in stanzas, ranged left or centred."""
    title_page(room, room.tongue.title(2))
    for number in range(poems):
        _poem(room, number + 1, centred=number % 3 == 2)


def _poem(room: Room, number: int, *, centred: bool) -> None:
    ink, chance, sheet = room.ink, room.tongue.random, room.sheet
    area = Box(sheet.width * 0.15, sheet.height * 0.1, sheet.width * 0.72, sheet.height * 0.8)
    below = heading(
        ink,
        room.tongue.title(1),
        Face("Times-Bold", 36, 38, 0.05),
        area,
        "centre" if centred else "left",
    )
    if not centred:
        rule(ink, Box(area.left, below.top - 4, area.width, 4))
    y = below.top - 28
    stanza, measure = chance.choice((4, 4, 6, 8)), area.width * chance.uniform(0.55, 0.8)
    while y - stanza * _VERSE.leading > area.bottom + 10:
        for place in range(stanza):
            text = _verse_line(room.tongue, measure * chance.uniform(0.75, 1.1))
            step = 0.0 if centred or place % 2 == 0 else 18.0
            placed(
                ink,
                text,
                _VERSE,
                Box(area.left + step, 0, area.width - step, 0),
                y,
                "centre" if centred else "left",
            )
            y -= _VERSE.leading
        y -= _VERSE.leading * 0.9
    if centred:
        rosette(ink, area.centre[0], area.bottom - 4, 16, petals=8)
    else:
        foot = Box(area.left, area.bottom - 12, area.width * 0.3, 12)
        hatch(ink, foot, pitch=4, share=0.5)
    line(ink, str(number), Face("Times-Bold", 15, 15), sheet.width * 0.87, sheet.height * 0.06)
    ink.showPage()


def _verse_line(tongue: Tongue, width: float) -> str:
    text = tongue.word().capitalize()
    while _VERSE.width(text) < width:
        text += " " + tongue.word()
    return text + tongue.choice(("", "", ",", ",", ".", ";"))
