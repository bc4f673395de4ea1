"""A champion fills the four headline measures of an empty trust with the keyboard alone, and gets on in few presses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tracker import clock

PASSWORD = "demonstration-only"
TRUST = "X0901,INVENTED EMPTY TRUST,Y56,QKK,1 ROAD,,,TOWN,,AB1 2CD,20110401" + "," * 14
# A trap shows as a control that so many presses of Tab do not reach.
MOST_TABS = 140
MOST_KEYS = 1500


class Keyboard:
    """Hands on the keys. Every press is counted; what is typed counts by its letters."""

    def __init__(self, page: Page) -> None:
        self.page, self.presses, self.letters = page, 0, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def to(self, target: Locator) -> None:
        """Tab until the target has the focus, which must be seen."""
        expect(target).to_have_count(1)
        for _ in range(MOST_TABS):
            if target.evaluate("each => each === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {target} on {self.page.url}")

    def type(self, target: Locator, text: str) -> None:
        self.to(target)
        self.page.keyboard.type(text)
        self.letters += len(text)

    def tick(self, target: Locator) -> None:
        self.to(target)
        self.press("Space")
        expect(target).to_be_checked()

    def choose(self, group: Locator, number: int) -> None:
        """A radio by arrows: Tab stops at the first of a group, or at the one that is chosen."""
        radios = group.get_by_role("radio")
        chosen = [index for index in range(radios.count()) if radios.nth(index).is_checked()]
        start = chosen[0] if chosen else 0
        self.to(radios.nth(start))
        if start == number and not chosen:
            self.press("Space")
        for _ in range(abs(number - start)):
            self.press("ArrowDown" if number > start else "ArrowUp")
        expect(radios.nth(number)).to_be_checked()

    def follow(self, name: str) -> None:
        """A link or a button of the page's main part, by its name."""
        before = self.page.url
        main = self.page.locator("main")
        link, button = (main.get_by_role(kind, name=name, exact=True) for kind in ("link", "button"))
        self.to(link.or_(button).last)
        with self.page.expect_navigation():
            self.press("Enter")
        assert self.page.locator("main h1").count() == 1, before


def day_of(keys: Keyboard, name: str, days_ago: int) -> None:
    group = keys.page.get_by_role("group", name=name)
    day = clock.today() - timedelta(days=days_ago)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        keys.type(group.get_by_label(label), str(value))


def save(keys: Keyboard) -> None:
    keys.follow("Save")
    expect(keys.page.get_by_role("heading", name="There is a problem")).to_have_count(0)


def test_the_four_headline_measures_of_an_empty_trust_by_the_keyboard(
    open_browser: Callable[..., Page], server: str, command: Callable[..., str], tmp_path: Path
) -> None:
    file = tmp_path / "trust.csv"
    file.write_text(TRUST, encoding="utf-8")
    command("organisations", "import", str(file))
    account = ["accounts", "create", "empty@demo.example", "--name", "Ida Fernsworth", "--role", "champion"]
    command(*account, "--organisation", "X0901", "--password-stdin", typed=PASSWORD + "\n")
    page = open_browser()
    page.goto("/sign-in")
    keys = Keyboard(page)
    keys.type(page.get_by_label("E-mail address"), "empty@demo.example")
    keys.type(page.get_by_label("Password", exact=True), PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")
    for measure, card in MEASURES:
        before = keys.presses
        keys.follow(card)
        measure(keys)
        page.goto("/organisations/X0901")
        print(f"{card}: {keys.presses - before} presses")
    print(f"In all {keys.presses} presses and {keys.letters} letters")
    assert keys.presses + keys.letters < MOST_KEYS
    for figure in ("1 of 1", "90 of 100, 90 %", "None"):
        expect(page.locator("main")).to_contain_text(figure)


def champions(keys: Keyboard) -> None:
    """The decision, how they work, one department, one person."""
    page = keys.page
    keys.follow("Record the decision")
    day_of(keys, "When was this considered?", 20)
    keys.type(page.get_by_label("Which meeting?"), "Education Committee")
    keys.choose(page.get_by_role("group", name="What was decided?"), 0)
    keys.type(page.get_by_label("Why?"), "Wards asked for somebody to turn to.")
    save(keys)
    keys.choose(page.get_by_role("group", name="How do your champions work?"), 0)
    save(keys)
    keys.follow("Add departments")
    keys.type(page.get_by_label("Departments or sites that are"), "Emergency department")
    day_of(keys, "Since when?", 20)
    save(keys)
    keys.follow("Add a champion")
    keys.type(page.get_by_label("Name", exact=True), "Robin Ashdale")
    keys.type(page.get_by_label("Profession", exact=True), "Nurse")
    keys.type(page.get_by_label("Department or site"), "Em")
    day_of(keys, "First day in the role", 10)
    for duty in page.get_by_role("group", name="Duties held").get_by_role("checkbox").all():
        keys.tick(duty)
    save(keys)
    expect(page.locator("main")).to_contain_text("1 of 1")


def alignment(keys: Keyboard) -> None:
    """One training resource, checked in the same form."""
    page = keys.page
    keys.follow("Add training")
    keys.type(page.get_by_label("What is the training called?"), "Sepsis in six slides")
    keys.type(page.get_by_label("What kind of training is it?"), "S")
    keys.tick(page.get_by_label("Everybody", exact=True).and_(page.get_by_role("checkbox")))
    keys.choose(page.get_by_role("group", name="Which patients is it about?"), 0)
    keys.choose(page.get_by_role("group", name="Is it up to date with NICE today?"), 0)
    save(keys)
    page.goto("/organisations/X0901/alignment")
    expect(page.locator("main")).to_contain_text("1 of 1")


def coverage(keys: Keyboard) -> None:
    """Who needs which level, then the numbers of one date."""
    page = keys.page
    keys.follow("Say who needs what")
    keys.tick(
        page.get_by_role("group", name="Nursing and Midwifery").get_by_label("Recognise and manage sepsis")
    )
    keys.type(page.get_by_label("How long does training count?"), "12")
    save(keys)
    keys.follow("Update staff trained")
    day_of(keys, "Which date are the numbers of?", 15)
    keys.type(
        page.get_by_label("Nursing and Midwifery Registered").and_(page.get_by_label("staff in post")), "100"
    )
    keys.type(
        page.get_by_label("Nursing and Midwifery Registered").and_(page.get_by_label("staff in date")), "90"
    )
    keys.type(page.get_by_label("Where do the numbers come from?"), "ESR competency report")
    keys.choose(page.get_by_role("group", name="What was counted?"), 0)
    save(keys)
    expect(page.locator("main")).to_contain_text("90 of 100")


def incidents(keys: Keyboard) -> None:
    """There were none, and somebody confirmed it; the months are filled in already."""
    page = keys.page
    keys.follow("Record that there were none")
    keys.type(page.get_by_label("Who confirmed it"), "Patient safety team")
    day_of(keys, "Confirmed on", 0)
    save(keys)
    expect(page.locator("main")).to_contain_text("Patient safety team")


MEASURES = (
    (champions, "Sepsis champions"),
    (alignment, "Up to date with NICE"),
    (coverage, "Staff trained"),
    (incidents, "Learning from incidents"),
)
