"""Using a page with nothing but the keyboard."""

from playwright.async_api import Locator, Page, expect

from tests.browser.people import SLOW

SHOWS_ITS_FOCUS = """(one) => {
    const marks = [one, one.closest('.choice')].filter(Boolean).map((each) => getComputedStyle(each));
    const marked = marks.some((mark) => mark.outlineStyle !== 'none' && parseFloat(mark.outlineWidth) >= 2);
    const { left, top, width, height } = one.getBoundingClientRect();
    const seen = [0.1, 0.5, 0.9].some((down) => {
        const hit = document.elementFromPoint(left + width / 2, top + height * down);
        return hit !== null && (one.contains(hit) || hit.contains(one));
    });
    return { marked, seen };
}"""
"""Whether focus can be seen: a mark of two pixels (WCAG 2.4.7), and not under something else (2.4.11)."""

MOST_TABS = 80


class Keyboard:
    """Somebody's keyboard."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self._page.keyboard.press(key)

    async def write(self, text: str) -> None:
        await self._page.keyboard.type(text)

    async def go_to(self, target: Locator, *, by: str = "Tab") -> None:
        """Press Tab (or Shift+Tab) until the focus is there; it has to be visible all the way."""
        await expect(target).to_be_visible(timeout=SLOW)
        wanted = await target.element_handle()
        for _ in range(MOST_TABS):
            await self._page.keyboard.press(by)
            focused = await self._page.evaluate_handle("() => document.activeElement")
            one = focused.as_element()
            if one is None or await one.evaluate("(one) => one === document.body"):
                continue
            shown = await one.evaluate(SHOWS_ITS_FOCUS)
            assert shown == {"marked": True, "seen": True}, (
                shown,
                await one.evaluate("(one) => one.outerHTML"),
            )
            if await one.evaluate("(one, wanted) => one === wanted", wanted):
                return
        raise AssertionError(f"the keyboard does not reach {target}")

    async def choose(self, target: Locator) -> None:
        """Go to a button or link, and press it."""
        await self.go_to(target)
        await self.press("Enter")

    async def fill(self, target: Locator, text: str) -> None:
        await self.go_to(target)
        await self.write(text)

    async def at_heading(self, words: str) -> None:
        """The focus is on the heading of the view that came up."""
        heading = self._page.get_by_role("heading", level=1, name=words)
        await expect(heading).to_be_focused(timeout=SLOW)
