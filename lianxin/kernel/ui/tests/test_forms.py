from datetime import date

from django import forms
from django.utils import translation

from lianxin.kernel.ui.forms import Combobox, ComboboxMany, Day


class Sample(forms.Form):
    name = forms.CharField(label="全称", help_text="不超过 60 个字。")
    founded = forms.DateField(label="建立日期", widget=Day, required=False)
    place = forms.ChoiceField(label="所在地区", choices=[("village", "行政村")], widget=forms.RadioSelect)
    joint = forms.BooleanField(label="联合党支部", required=False)
    parent = forms.CharField(label="上级", widget=Combobox("/choices/", label="北宋镇党委"), required=False)
    places = forms.CharField(label="哪些党组织", widget=ComboboxMany("/codes/"), required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def draw(data=None):
    with translation.override("zh-hans"):
        return str(Sample(data))


def test_a_field_has_label_control_and_hint_tied_together():
    html = draw()
    assert '<label class="field-label" for="id_name">全称' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext">不超过 60 个字。' in html
    assert 'class="form-control"' in html


def test_optional_fields_say_so_and_required_ones_do_not():
    html = draw()
    assert html.count("（选填）") == 3  # date and comboboxes; a tick box needs no such word


def test_an_error_stands_beside_its_field_and_says_how_to_mend_it():
    html = draw({"name": "", "place": "village", "founded": "2026-02-30"})
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert "请填写此项。" in html
    assert "请填写实际存在的日期" in html
    assert 'role="alert"' in html


def test_choices_are_a_group_with_a_legend():
    html = draw()
    assert "<fieldset" in html
    assert "<legend>所在地区</legend>" in "".join(html.split())


def test_a_date_is_written_as_browsers_read_it():
    assert 'value="2026-11-21"' in str(Sample(initial={"founded": date(2026, 11, 21)})["founded"])


def test_the_combobox_shows_the_text_and_sends_the_value():
    html = str(Sample({"parent": "42"})["parent"])
    assert 'data-url="/choices/"' in html
    assert 'value="北宋镇党委"' in html
    assert '<input type="hidden" name="parent" value="42">' in html


def test_several_of_many_are_lines_of_a_text_box_that_need_no_script():
    html = str(Sample({"places": "柳树村党支部\n<370522101202>"})["places"])
    assert 'data-url="/codes/"' in html
    assert "data-many-search hidden" in html
    assert html.count("name=") == 1
    assert "柳树村党支部\n&lt;370522101202&gt;</textarea>" in html


def test_hidden_fields_are_drawn_without_a_label():
    assert '<input type="hidden" name="token" id="id_token">' in draw()
