"""Tables repeat their head, split long rows, and never leave a head alone at the foot of a page."""

import pytest

from qassess.documents.fonts import Typefaces
from qassess.documents.pdf_kit import BOTTOM, HEADING, LEFT, RIGHT, TOP, WIDTH, Paper, Stroke, Text
from qassess.documents.tables import CELL, Column, Part, Row, Table


@pytest.fixture
def paper():
    return Paper(Typefaces())


@pytest.fixture
def table(paper):
    return Table(paper, (Column(60, "序号"), Column(WIDTH - 60, "内容")))


def words(page):
    return [mark.text for mark in page.marks if isinstance(mark, Text)]


def test_the_head_is_repeated_on_every_page(paper, table):
    table.draw((str(number), "一行") for number in range(100))
    assert len(paper.pages) == 4
    for page in paper.pages:
        assert words(page)[:2] == ["序号", "内容"]


def test_no_row_is_lost_and_order_is_kept(paper, table):
    table.draw((str(number), "一行") for number in range(100))
    numbers = [word for page in paper.pages for word in words(page) if word.isdigit()]
    assert numbers == [str(number) for number in range(100)]


def test_everything_stays_inside_the_type_area(paper, table):
    long = "长" * 2000
    table.draw([("1", long), Row(("2", "短"), (Part(long, CELL, "说明："),)), ("3", "短")])
    for page in paper.pages:
        for mark in page.marks:
            if isinstance(mark, Text):
                assert LEFT <= mark.x <= RIGHT
                assert BOTTOM <= mark.y <= TOP
            elif isinstance(mark, Stroke):
                assert LEFT - 0.01 <= min(mark.x1, mark.x2) <= max(mark.x1, mark.x2) <= RIGHT + 0.01
                assert BOTTOM - 0.01 <= min(mark.y1, mark.y2) <= max(mark.y1, mark.y2) <= TOP + 0.01


def test_a_row_taller_than_a_page_goes_on_without_losing_a_character(paper, table):
    table.draw([("1", "长" * 5000)])
    assert sum(word.count("长") for page in paper.pages for word in words(page)) == 5000


def test_a_detail_goes_on_with_a_mark_beside_it(paper, table):
    table.draw([Row(("1", "题目"), (Part("长" * 5000, CELL),))])
    assert len(paper.pages) > 1
    for page in paper.pages[1:]:
        assert words(page)[2] == "（续）"
    assert sum(word.count("长") for page in paper.pages for word in words(page)) == 5000


def test_a_head_is_not_left_alone_at_the_foot_of_a_page(paper, table):
    paper.y = BOTTOM + table.head_height() + 2
    table.draw([("1", "三行" * 80)])
    assert words(paper.pages[0]) == []
    assert words(paper.pages[1])[:3] == ["序号", "内容", "1"]


def test_rules_close_each_piece(paper, table):
    table.draw((str(number), "一行") for number in range(60))
    for page in paper.pages:
        horizontal = [mark for mark in page.marks if isinstance(mark, Stroke) and mark.y1 == mark.y2]
        texts = [mark.y for mark in page.marks if isinstance(mark, Text)]
        assert max(mark.y1 for mark in horizontal) == pytest.approx(TOP)
        assert min(mark.y1 for mark in horizontal) < min(texts)


def test_a_heading_is_kept_with_what_follows(paper):
    paper.y = BOTTOM + HEADING.leading + 10
    paper.heading("一、标题")
    assert words(paper.pages[0]) == []
    assert words(paper.pages[1]) == ["一、标题"]
