"""A file handed in with a form that is refused: kept for its own account, for a day, and taken the next time."""

from datetime import timedelta
from io import BytesIO

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from lianxin.files.actions.cleaning import clean_up
from lianxin.files.models import StoredFile
from lianxin.files.storage import path_of
from lianxin.files.uploads import KeptUploadField, belongs_to, keep_uploads
from lianxin.kernel.authz import acting
from lianxin.kernel.edge.uploads import Kind


class Form(forms.Form):
    title = forms.CharField()
    proof = KeptUploadField(kinds=[Kind.image, Kind.pdf], required=False)


def picture(name="签到表.png"):
    content = BytesIO()
    Image.new("RGB", (4, 4), "red").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())


def sent(actor, data, files=None, *, at):
    """A form as a view takes it: bound to its account, and what it holds kept where it is refused."""
    form = Form(data, files or {})
    belongs_to(form, actor)
    with acting(actor):
        if not form.is_valid():
            keep_uploads(form, actor, at=at)
    return form


def token(form):
    return form.fields["proof"].widget.held.token


@pytest.fixture
def refused(cast, at):
    """A form of the secretary's that lacked its title and held a picture."""
    return sent(cast.actor("secretary"), {"title": ""}, {"proof": picture()}, at=at)


def test_it_is_shown_as_attached_and_comes_back_without_being_chosen_again(cast, refused, at):
    shown = str(refused["proof"])
    assert "签到表.png" in shown
    assert token(refused) in shown
    again = sent(cast.actor("secretary"), {"title": "有了", "proof-kept": token(refused)}, at=at)
    assert again.errors == {}
    taken = again.cleaned_data["proof"]
    assert (taken.name, taken.kind) == ("签到表.png", Kind.image)
    assert b"".join(taken.chunks()).startswith(b"\x89PNG")


def test_refused_twice_it_is_kept_once(cast, refused, at):
    again = sent(cast.actor("secretary"), {"title": "", "proof-kept": token(refused)}, at=at)
    assert token(again) == token(refused)
    assert StoredFile.objects.count() == 1


def test_a_new_file_takes_its_place_and_it_can_be_taken_off(cast, refused, at):
    actor, kept = cast.actor("secretary"), {"title": "有了", "proof-kept": token(refused)}
    assert sent(actor, kept, {"proof": picture("新的.png")}, at=at).cleaned_data["proof"].name == "新的.png"
    assert not sent(actor, kept | {"proof-drop": "yes"}, at=at).cleaned_data["proof"]


def test_what_was_refused_itself_is_not_kept(cast, at):
    bad = SimpleUploadedFile("照片.png", b"\x89PNG\r\n\x1a\n" + b"0" * (21 << 20))
    form = sent(cast.actor("secretary"), {"title": "写好的标题"}, {"proof": bad}, at=at)
    assert "20" in str(form.errors["proof"])
    assert form["title"].value() == "写好的标题"
    assert form.fields["proof"].widget.held is None
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("who", ["sibling", "clerk", "stranger"])
def test_nobody_else_can_take_it(cast, refused, at, who):
    form = sent(cast.actor(who), {"title": "有了", "proof-kept": token(refused)}, at=at)
    assert "proof" in form.errors
    with acting(cast.actor(who)):
        assert not StoredFile.objects.exists()


def test_a_token_that_was_changed_is_refused_with_a_sentence(cast, refused, at):
    form = sent(cast.actor("secretary"), {"title": "有了", "proof-kept": token(refused)[:-2] + "xx"}, at=at)
    assert form.errors["proof"]


def test_it_waits_a_day_and_is_then_cleaned_up(cast, refused, at):
    file = StoredFile.objects.get()
    clean_up(at=at + timedelta(hours=23), older_than=timedelta(days=7))
    assert path_of(file.pk).exists()
    clean_up(at=at + timedelta(hours=25), older_than=timedelta(days=7))
    assert not path_of(file.pk).exists()
    form = sent(cast.actor("secretary"), {"title": "有了", "proof-kept": token(refused)}, at=at)
    assert "proof" in form.errors
