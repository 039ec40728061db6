from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from deepzine_gui.ui.dataset.story import Story
from deepzine_gui.ui.theme import colour, theme


@pytest.fixture(autouse=True)
def _light_again() -> Iterator[None]:
    yield
    theme.apply("light")


def link_colour(story: Story) -> str:
    cursor = story.textCursor()
    cursor.setPosition(1)
    return cursor.charFormat().foreground().color().name()


def test_links_follow_the_theme(qtbot: QtBot) -> None:
    story = Story("Where it is from")
    qtbot.addWidget(story)
    story.show()
    story.tell(['<a href="https://example.org">https://example.org</a>'])
    light = link_colour(story)
    theme.apply("dark")
    assert link_colour(story) == colour("spot").name() != light
