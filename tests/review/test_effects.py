"""The key of an effect: written and read back in one place, kept as text."""

import pytest
from pydantic import TypeAdapter

from review.case.effects import EffectKey
from review.case.notices import Notice


@pytest.mark.parametrize(
    ("key", "cause", "to"),
    [
        (EffectKey.mail("request:police", "lead-police"), "request:police", "lead-police"),
        (EffectKey("rapid-review-agenda"), "rapid-review-agenda", None),  # a document
        (Notice(cause="partners-told", template="partners-told", to="chair").key, "partners-told", "chair"),
    ],
)
def test_a_key_knows_its_parts(key: EffectKey, cause: str, to: str | None) -> None:
    assert (key.cause, key.to, key.is_mail) == (cause, to, to is not None)


def test_a_document_is_no_mail_of_its_cause() -> None:
    assert EffectKey.mail("pack", "chair").is_mail_of("pack")
    assert not EffectKey("pack").is_mail_of("pack")
    assert not EffectKey.mail("pack:2", "chair").is_mail_of("pack")


def test_a_key_is_kept_as_text_and_read_back_as_a_key() -> None:
    kept = TypeAdapter(dict[EffectKey, int])
    done = kept.validate_json(b'{"request:police>lead-police": 1}')
    assert [key.to for key in done] == ["lead-police"]
    assert kept.dump_json(done) == b'{"request:police>lead-police":1}'
