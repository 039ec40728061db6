"""The two papers: a report in two columns with tables and charts, and a gazette in four or five."""

from .charts import bar_chart, figure, line_chart, ornament, table
from .plates import plate
from .setting import Box, Face, Room, fill, frame, heading, placed, rule

_REPORT = Face("Helvetica-Bold", 11.0, 10.6, 0.09)
_SECTION = Face("Helvetica-Bold", 17.0, 18.0, 0.06)
_NOTE = Face("Helvetica-Bold", 9.0, 10.0)
_NEWS = Face("Times-Bold", 10.2, 9.3, 0.11)


# ---- the report ------------------------------------------------------------------------------


def report(room: Room, *, sections: int = 5, pages: int = 8) -> None:
    """A cover, then sections: a large number, pages of text and figures, a table or charts."""
    _report_cover(room)
    folio = 2
    for section in range(1, sections + 1):
        _section_opening(room, section)
        for offset in range(pages - 2):
            _report_page(room, folio + offset)
        _sheet_of_figures(room, folio + pages, tabular=section % 2 == 0)
        folio += pages


def _report_cover(room: Room) -> None:
    ink, sheet = room.ink, room.sheet
    upper, lower = sheet.cut(sheet.height * 0.52)
    rule(ink, upper)
    words = upper.inset(sheet.width * 0.1)
    heading(
        ink, room.tongue.title(3), Face("Helvetica-Bold", 52, 54, 0.03, light=True), words, "left"
    )
    chart = lower.inset(sheet.width * 0.13)
    bar_chart(room, Box(chart.left, chart.bottom, chart.width, chart.height), bars=9)
    ink.showPage()


def _section_opening(room: Room, section: int) -> None:
    ink = room.ink
    area = room.sheet.inset(room.sheet.width * 0.11)
    band, below = area.cut(area.height * 0.34, gap=16)
    rule(ink, band)
    placed(
        ink,
        str(section),
        Face("Helvetica-Bold", 150, 150, 0.02, light=True),
        band.inset(18),
        band.bottom + 30,
        "left",
    )
    below = heading(ink, room.tongue.title(2), Face("Helvetica-Bold", 34, 36, 0.05), below, "left")
    _, below = below.cut(8)
    fill(room, Face("Helvetica-Bold", 15, 15, 0.085), below)
    ink.showPage()


def _report_page(room: Room, folio: int) -> None:
    ink, chance = room.ink, room.tongue.random
    area = room.sheet.inset(room.sheet.width * 0.1)
    rule(ink, Box(area.left, area.top + 6, area.width, 2))
    placed(ink, room.tongue.title(2), _NOTE, area, area.top + 12, "left")
    placed(ink, str(folio), _NOTE, area, area.bottom - 20, "right" if folio % 2 else "left")
    if chance.random() < 0.3:
        wide, area = area.cut(area.height * chance.uniform(0.26, 0.36), gap=26)
        _captioned(room, wide)
    for column in area.columns(2, gutter=20):
        _report_column(room, column, pictured=chance.random() < 0.5)
    ink.showPage()


def _captioned(room: Room, box: Box) -> None:
    """A chart with its caption in the lowest lines of the box."""
    picture = Box(box.left + 4, box.bottom + 16, box.width - 8, box.height - 16)
    figure(room, picture)
    placed(room.ink, room.tongue.title(3), _NOTE, box, box.bottom, "left")


def _report_column(room: Room, column: Box, *, pictured: bool) -> None:
    chance = room.tongue.random
    if pictured:
        place = chance.random()
        high = column.width * chance.uniform(0.7, 0.95)
        if place < 0.5:
            picture, column = column.cut(high, gap=12)
        else:
            picture = Box(column.left, column.bottom, column.width, high)
            column = Box(
                column.left, column.bottom + high + 12, column.width, column.height - high - 12
            )
        _captioned(room, picture)
    if column.height > 150 and chance.random() < 0.7:
        _, column = heading(room.ink, room.tongue.title(1), _SECTION, column, "left").cut(5)
    fill(room, _REPORT, column)


def _sheet_of_figures(room: Room, folio: int, *, tabular: bool) -> None:
    ink = room.ink
    area = room.sheet.inset(room.sheet.width * 0.1)
    area = heading(ink, room.tongue.title(3), _SECTION, area, "left")
    if tabular:
        table(room, area, rows=38, columns=6)
    else:
        upper, lower = area.cut(area.height * 0.46, gap=24)
        line_chart(room, Box(upper.left + 4, upper.bottom, upper.width - 4, upper.height), curves=3)
        bar_chart(
            room, Box(lower.left + 4, lower.bottom + 4, lower.width - 4, lower.height - 4), bars=12
        )
    placed(ink, str(folio), _NOTE, area, area.bottom - 20, "right")
    ink.showPage()


# ---- the gazette -----------------------------------------------------------------------------


def gazette(room: Room, *, issues: int = 9) -> None:
    """Issues of four pages: a front page under the masthead, two of news, one of notices."""
    name = room.tongue.title(2).upper()
    for issue in range(1, issues + 1):
        _front_page(room, name, issue)
        _news_page(room, columns=5)
        _news_page(room, columns=4)
        _notices(room)


def _paper_area(room: Room) -> Box:
    return room.sheet.inset(room.sheet.width * 0.07)


def _front_page(room: Room, name: str, issue: int) -> None:
    ink, chance = room.ink, room.tongue.random
    area = _paper_area(room)
    mast, area = area.cut(62, gap=4)
    placed(ink, name, Face("Times-Bold", 66, 66, 0.06), mast, mast.bottom + 12)
    rule(ink, Box(mast.left, mast.bottom, mast.width, 4))
    line_of_date, area = area.cut(16, gap=6)
    placed(ink, f"{room.tongue.title(3)} {issue}", _NOTE, line_of_date, line_of_date.bottom + 5)
    rule(ink, Box(area.left, line_of_date.bottom, area.width, 2))
    area = heading(ink, room.tongue.title(2).upper(), Face("Helvetica-Bold", 50, 50, 0.05), area)
    _, area = area.cut(4)
    if issue % 3:
        columns = area.columns(5, gutter=9)
        picture_height = area.height * chance.uniform(0.36, 0.5)
        first = chance.choice((0, 1, 2))
        picture = Box(
            columns[first].left,
            area.top - picture_height,
            columns[first + 2].right - columns[first].left,
            picture_height - 8,
        )
        plate(ink, picture, chance)
        for number, column in enumerate(columns):
            if first <= number <= first + 2:
                column = Box(
                    column.left, column.bottom, column.width, column.height - picture_height
                )
            fill(room, _NEWS, column, indent=1.0)
    else:
        _articles(room, area, columns=5)
    ink.showPage()


def _articles(room: Room, area: Box, *, columns: int) -> None:
    """Columns with hairlines between, broken by headlines of several sizes."""
    ink, chance = room.ink, room.tongue.random
    for number, column in enumerate(area.columns(columns, gutter=10)):
        if number:
            rule(ink, Box(column.left - 5.5, column.bottom, 1, column.height))
        rest = column
        while rest.height > 60:
            size = chance.choice((15.0, 18.0, 24.0))
            rest = heading(
                ink, room.tongue.title(2), Face("Helvetica-Bold", size, size, 0.06), rest, "left"
            )
            story = min(rest.height, chance.uniform(120, 300))
            if rest.height - story < 70:
                story = rest.height
            text, rest = rest.cut(story, gap=8)
            if chance.random() < 0.16 and text.height > 110:
                picture, text = text.cut(column.width, gap=6)
                plate(ink, picture, chance)
            fill(room, _NEWS, text, indent=1.0)


def _news_page(room: Room, *, columns: int) -> None:
    area = _paper_area(room)
    strip, area = area.cut(20, gap=8)
    rule(room.ink, strip)
    placed(
        room.ink,
        room.tongue.title(3).upper(),
        Face("Helvetica-Bold", 13, 14, 0.04, light=True),
        strip,
        strip.bottom + 5.5,
    )
    _articles(room, area, columns=columns)
    room.ink.showPage()


def _notices(room: Room) -> None:
    """Framed advertisements in a grid, some of them white on black."""
    ink, chance = room.ink, room.tongue.random
    area = _paper_area(room)
    for row in area.rows(chance.choice((3, 4)), gap=10):
        for place in row.columns(chance.choice((1, 2, 2, 3)), gutter=10):
            dark = chance.random() < 0.4
            if dark:
                rule(ink, place)
            frame(ink, place, 4)
            words = place.inset(12)
            size = min(44.0, words.width / 5)
            below = heading(
                ink,
                room.tongue.title(2),
                Face("Helvetica-Bold", size, size, 0.05, light=dark),
                words,
            )
            if dark:
                continue
            if below.height > 70 and chance.random() < 0.5:
                plate(ink, below.inset(5), chance)
            else:
                band, below = below.cut(12, gap=6)
                ornament(ink, band, beads=max(5, int(band.width / 22)))
                fill(room, Face("Times-Bold", 12, 12), below, align="centre")
    ink.showPage()
