"""The fixtures of this folder see what they are there to see."""

from playwright.sync_api import expect


def test_a_page_that_is_missing_is_a_fault(anonymous_page, page_faults, live_server):
    page = anonymous_page("/no-such-page/")

    expect(page.locator("h1")).to_have_count(1)
    assert [f for f in page_faults if f.startswith(f"console: {live_server.url}/no-such-page/: ")]
    page_faults.clear()


def test_a_script_that_throws_is_a_fault(anonymous_page, page_faults):
    page = anonymous_page("/sign-in/")

    page.evaluate("new Promise(done => setTimeout(() => { done(); throw new Error('broken') }))")

    assert [fault for fault in page_faults if "broken" in fault] != []
    page_faults.clear()


def test_faults_of_accessibility_are_listed(anonymous_page, page_faults, axe):
    page = anonymous_page("/sign-in/")
    page.evaluate(
        "document.querySelector('main')"
        ".append(Object.assign(document.createElement('button'), {id: 'nameless'}))"
    )

    assert axe(page) == ["critical button-name: #nameless"]
