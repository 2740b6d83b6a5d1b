"""A clerk who imports one spreadsheet after another on the pages, as a person does who finds the work interrupted.

Each file has a number. It brings persons nobody knows yet, and new telephone numbers for those of an earlier file: rows
are added and rows are changed in one import.
"""

import csv
import io
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import httpx

from lianxin.demo.identity import birth_part, id_number, mobile_number
from tests.faults.acts import FAULT, TIMEOUT, Refused, Unanswered
from tests.faults.installation import PASSWORD
from tests.faults.standing import Branch

FIRST_SERIAL = 3_000_000
HEADINGS = (
    "姓名",
    "所在党支部",
    "公民身份证号",
    "性别",
    "民族",
    "出生日期",
    "学历",
    "人员类别",
    "加入党组织日期",
    "转为正式党员日期",
    "工作岗位",
    "手机号",
    "家庭住址",
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
POLL = 0.1
LONGEST = 4.0
"""Seconds from hand-in to written at most, over which instants are spread; longer ones had a crash between."""


class Step(StrEnum):
    """What the clerk does next with the file in hand."""

    HAND_IN = "hand in"
    COLUMNS = "columns"
    CHECKING = "checking"
    WRITE = "write"
    WRITING = "writing"
    WRITTEN = "written"


@dataclass(slots=True)
class Roster:
    """A file, and what the register has to hold once it is written: telephone by identity number."""

    number: int
    text: bytes
    added: dict[str, str]
    changed: dict[str, str]
    import_id: str = ""
    step: Step = Step.HAND_IN
    given_back: int = 0
    acknowledged: set[Step] = field(default_factory=set)

    @property
    def name(self) -> str:
        """By which the import is found again."""
        return f"roster-{self.number:05d}.csv"


class Clerk:
    """Signed in on the pages; the session outlives every crash."""

    def __init__(self, url: str, place: str, branches: list[Branch], *, first: int, rows: int) -> None:
        self.client = httpx.Client(base_url=url, timeout=TIMEOUT, follow_redirects=False, trust_env=False)
        self.place = place
        self.branches = branches
        self.rows = rows
        self.number = first
        self.known: list[tuple[str, ...]] = []
        self.roster = self._next()
        self.written: list[Roster] = []
        self.seconds = 2.0
        self._began = 0.0

    def sign_in(self) -> None:
        """Through the form."""
        page = self.client.get("/account/login/").text
        answer = self.client.post(
            "/account/login/",
            data={"login": "clerk", "password": PASSWORD, "csrfmiddlewaretoken": TOKEN.findall(page)[0]},
            headers={"Referer": str(self.client.base_url)},
        )
        if answer.status_code != 302:
            raise Refused(f"The clerk cannot sign in: {answer.status_code}")

    def _next(self) -> Roster:
        """The next file."""
        self.number += 1
        rows = []
        for place in range(self.rows):
            serial = FIRST_SERIAL + self.number * 1000 + place
            born = date(1960 + serial % 40, serial % 12 + 1, serial % 28 + 1)
            male = bool(serial % 2)
            number = id_number(serial, birth_part(born.year, born.month, born.day), male=male)
            name = f"试{GIVEN[serial % 20]}{GIVEN[serial // 20 % 20]}"
            joined = date(born.year + 22, 7, 1)
            rows.append(
                (
                    name,
                    self.branches[place % len(self.branches)].name,
                    number,
                    "男" if male else "女",
                    "汉族",
                    str(born),
                    "大学本科毕业",
                    "正式党员",
                    str(joined),
                    str(joined.replace(year=joined.year + 1)),
                    "农牧渔民",
                    mobile_number(serial),
                    f"利津县故障试验路{serial}号",
                )
            )
        # Old persons get the telephone number that lies a million serials further: nobody else has it.
        old = [
            (*row[:11], mobile_number(FIRST_SERIAL + 1_000_000 + self.number * 1000 + place), row[12])
            for place, row in enumerate(self.known[-self.rows :])
        ]
        page = io.StringIO()
        csv.writer(page).writerows([HEADINGS, *rows, *old])
        self.known = rows
        return Roster(
            self.number, page.getvalue().encode("utf-8-sig"), {r[2]: r[11] for r in rows}, {r[2]: r[11] for r in old}
        )

    def abandon(self) -> None:
        """Leave the file in hand where it is and take the next, which brings new persons only."""
        self.known = []
        self.roster = self._next()

    def work(self, stop: threading.Event) -> None:
        """Go on with the file in hand, then the next, until told to stop or not answered."""
        with suppress(Unanswered):
            while not stop.is_set():
                self.go_on(stop)
                if self.roster.step is Step.WRITTEN:
                    self.written.append(self.roster)
                    self.roster = self._next()

    def go_on(self, stop: threading.Event) -> None:
        """One step."""
        one = self.roster
        if one.step is Step.HAND_IN:
            self._began = time.monotonic()
            page = self._get("/work/files/imports/new/")
            answer = self._post(
                "/work/files/imports/new/",
                page,
                data={"kind": "members", "organisation": self.place, "password": ""},
                files={"file": (one.name, one.text, "text/csv")},
            )
            one.import_id = answer.headers["Location"].rstrip("/").split("/")[-1]
            one.acknowledged.add(Step.HAND_IN)
            one.step = Step.COLUMNS
        elif one.step is Step.COLUMNS:
            page = self._get(f"/work/files/imports/{one.import_id}/")
            sheets = dict.fromkeys(re.findall(r'name="(sheet\.\d+)"', page), "on")
            self._post(f"/work/files/imports/{one.import_id}/columns/", page, data=sheets)
            one.acknowledged.add(Step.COLUMNS)
            one.step = Step.CHECKING
        elif one.step is Step.WRITE:
            page = self._get(f"/work/files/imports/{one.import_id}/")
            if "/write/" not in page:
                raise Refused(f"The import of {one.name} has errors: {re.sub('<[^>]+>', ' ', page)[:3000]}")
            self._post(f"/work/files/imports/{one.import_id}/write/", page, data={})
            one.acknowledged.add(Step.WRITE)
            one.step = Step.WRITING
        else:
            self._wait(one, stop)

    def _wait(self, one: Roster, stop: threading.Event) -> None:
        while not stop.is_set():
            answer = self._answered(lambda: self.client.get(f"/work/files/imports/{one.import_id}/progress/"))
            if answer.json()["state"] == "done":
                break
            time.sleep(POLL)
        else:
            return
        page = self._get(f"/work/files/imports/{one.import_id}/")
        one.step = step_shown(page)
        if one.step is Step.WRITTEN and not one.given_back:
            self.seconds = min(LONGEST, time.monotonic() - self._began)

    def _get(self, path: str) -> str:
        answer = self._answered(lambda: self.client.get(path))
        if answer.status_code != 200:
            raise Refused(f"{path}: {answer.status_code}")
        return answer.text

    def _post(self, path: str, page: str, **what: object) -> httpx.Response:
        data = {**what.pop("data"), "csrfmiddlewaretoken": TOKEN.findall(page)[0]}  # type: ignore[dict-item]
        headers = {"Referer": str(self.client.base_url)}
        answer = self._answered(lambda: self.client.post(path, data=data, headers=headers, **what))  # type: ignore[arg-type]
        if answer.status_code != 302:
            raise Refused(f"{path}: {answer.status_code} {re.sub('<[^>]+>', ' ', answer.text)[:3000]}")
        return answer

    @staticmethod
    def _answered(ask: "object") -> httpx.Response:
        try:
            answer: httpx.Response = ask()  # type: ignore[operator]
        except httpx.HTTPError as error:
            raise Unanswered(str(error)) from error
        if answer.status_code >= FAULT:
            raise Unanswered(str(answer.status_code))
        return answer


def step_shown(page: str) -> Step:
    """Which step the import's page shows."""
    if "/columns/again/" in page or "/write/" in page:
        return Step.WRITE
    if "/columns/" in page:
        return Step.COLUMNS
    if "/undo/" in page:
        return Step.WRITTEN
    return Step.WRITING
