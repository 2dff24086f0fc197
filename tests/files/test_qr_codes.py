"""QR codes as drawings."""

from xgz.files.qr_codes import qr_data_uri, qr_inline, qr_svg

ADDRESS = "https://xgz.example/s/abcdefgh/"


def test_the_code_is_one_of_its_own_for_each_address():
    assert qr_svg(ADDRESS) == qr_svg(ADDRESS)
    assert qr_svg(ADDRESS) != qr_svg(ADDRESS[:-2] + "0/")
    assert qr_data_uri(ADDRESS).startswith("data:image/svg+xml")
    assert "<script" not in qr_svg(ADDRESS)


def test_the_drawing_of_a_sheet_takes_its_size_and_colours_from_the_page():
    drawing = qr_inline(ADDRESS)

    assert 'class="x-qr"' in drawing
    assert "width=" not in drawing
    assert "style=" not in drawing
