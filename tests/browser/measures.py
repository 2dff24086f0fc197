"""What a browser measures of a page."""


def fits(page):
    """Test whether nothing has to be slid sideways: neither the page nor one of its tables."""
    page.wait_for_load_state()  # a click may have led here, and returns when the page begins
    widths = page.eval_on_selector_all(
        "html, .x-scroll", "all => all.map(each => [each.scrollWidth, each.clientWidth])"
    )
    return all(inner <= outer for inner, outer in widths)
