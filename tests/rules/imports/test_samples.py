import pytest

from xgz.rules.imports.samples import SAMPLE_MAX, sample_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("许一宁", "***"),
        ("清平镇老街许家五金店", "****"),
        ("13800006021", "138****6021"),
        ("110101199003070011", "110101********0011"),
        ("是", "*"),
        ("", ""),
    ],
)
def test_a_cell_that_may_be_personal_keeps_only_its_shape(text, shown):
    assert sample_text(text, is_open=False) == shown


def test_an_open_cell_shows_as_it_is_up_to_the_limit():
    assert sample_text("新街 16 号", is_open=True) == "新街 16 号"
    assert len(sample_text("长" * (SAMPLE_MAX + 1), is_open=True)) == SAMPLE_MAX
