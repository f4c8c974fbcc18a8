"""Forms as every edge gets them: labels, hints and errors that belong to their fields."""

from __future__ import annotations

from django import forms

from owlnode.web.forms import KernRenderer


class Order(forms.Form):
    """One field of each kind."""

    default_renderer = KernRenderer
    name = forms.CharField(help_text="As on the letter.")
    note = forms.CharField(widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(choices=[("a", "Air"), ("w", "Water")])
    way = forms.ChoiceField(choices=[("post", "Post"), ("mail", "Mail")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")
    secret = forms.CharField(widget=forms.HiddenInput)


def test_every_field_has_its_label_and_class() -> None:
    text = str(Order())
    assert '<label class="kern-label" for="id_name">' in text
    assert 'class="kern-form-input__input"' in text
    assert 'class="kern-form-input__select"' in text
    assert 'class="kern-form-check__checkbox"' in text
    assert text.count("kern-form-check__radio") == 2
    assert "optional" in text.split('for="id_note"')[1].split("</label>", maxsplit=1)[0]
    assert "optional" not in text.split('for="id_name"')[1].split("</label>", maxsplit=1)[0]


def test_hints_and_errors_are_tied_to_their_fields() -> None:
    text = str(Order({"kind": "a"}))
    name = text.split('name="name"')[1].split(">", maxsplit=1)[0]
    assert "id_name_helptext" in name
    assert "id_name_error" in name
    assert 'aria-invalid="true"' in name
    assert 'id="id_name_error"' in text
    assert 'id="id_name_helptext"' in text


def test_errors_are_summed_up_with_a_way_to_each_field() -> None:
    form = Order({"kind": "a"})
    form.full_clean()
    form.add_error(None, "Neither fits.")
    text = str(form)
    summary = text.split("owl-fields", maxsplit=1)[0]
    assert 'role="alert"' in summary
    assert 'href="#id_name"' in summary
    assert 'href="#id_way"' in summary
    assert "Neither fits." in summary
    assert 'id="id_way"' in text


def test_a_form_without_errors_has_no_summary() -> None:
    assert "kern-alert" not in str(Order())
