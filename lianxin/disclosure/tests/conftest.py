import pytest

from lianxin.disclosure.actions.handing_in import check_attachment, check_text
from lianxin.disclosure.tests.files import ID, MOBILE


@pytest.fixture
def hand_in(cast, at):
    """Hand in a text or, with a name, a file."""

    def hand_in(
        who="secretary", *, place="willow", text=f"联系人张三，身份证号{ID}，电话{MOBILE}。", name="", content=b""
    ):
        organisation = getattr(cast, place).id
        if name:
            return check_attachment(cast.actor(who), organisation=organisation, name=name, chunks=[content], at=at)
        return check_text(cast.actor(who), organisation=organisation, title="救助金公示", text=text, at=at)

    return hand_in
