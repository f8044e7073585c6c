"""`crg doctor` says whether the provider of the sign-in is one, and whether what it says of a person maps."""

from enum import StrEnum

from api import check_provider
from api.problems import Problem
from api.provider import Addresses
from crg.embedded import issuer
from settings import load_settings
from tests.pages.conftest import served
from tests.pages.desk import Desk


class Said(StrEnum):
    """What stands in `roles` of a token."""

    CHAIR = "crg-chair"
    DCS = "dcs"
    OTHER = "Caretaker"


async def test_the_doctor_says_whether_the_provider_is_one_and_how_a_token_maps(desk: Desk) -> None:
    """Over real HTTP; `crg doctor --token` prints it."""
    today = desk.app.state.deps.today()

    async def mapped(who: str, *roles: str, audience: str = "case-reviews") -> tuple[list[str], list[str]]:
        bearer = issuer.Bearer(who, [Said(one) for one in roles], None, [who])  # type: ignore[misc]
        token = issuer.mint(desk.settings, bearer, audience=audience)
        return await check_provider.maps(desk.settings, desk.store, token, today)

    async with served(desk.app) as address:
        desk.with_sign_in(address)
        issuer.make_signing_key(desk.settings)
        assert await check_provider.provider(desk.settings) == []
        other = desk.settings.model_copy(update={"oidc_jwks_url": f"{address}/nowhere"})
        (no_keys,) = await check_provider.provider(other)
        assert no_keys.endswith(f"({address}/nowhere); the provider itself names {address}/issuer/jwks.json")
        (silent,) = await check_provider.provider(desk.settings.model_copy(update={"oidc_issuer": f"{address}/x"}))
        assert "does not answer as an OpenID provider" in silent
        for audience in ("case-reviews", issuer.CLIENT):
            said, wrong = await mapped("crg-chair", "crg-chair", "Caretaker", "dcs", audience=audience)
            assert wrong == []
            assert said == [
                "The token speaks for crg-chair, as crg-chair.",
                "Passed over, as no office is called so: Caretaker.",
                "Passed over, as the directory does not give it to crg-chair: dcs.",
            ]
        for words, roles in (("no claim `roles`", []), ("no office in `roles` that the directory", ["dcs"])):
            _, (why,) = await mapped("crg-chair", *roles)
            assert words in why
        assert await mapped("nobody", "dcs") == ([], [Problem("not-in-directory").detail])
        elsewhere = await mapped("crg-chair", "crg-chair", audience="canteen")
        assert elsewhere == ([], [Problem("token-for-another-audience").detail])


def test_the_doctor_names_what_a_provider_does_otherwise_and_not_what_it_leaves_unsaid() -> None:
    about = {"issuer": "i", "authorization_endpoint": "a", "token_endpoint": "t"}
    assert check_provider.unlike(Addresses(**about), load_settings()) == []
    other = {"code_challenge_methods_supported": ["plain"], "id_token_signing_alg_values_supported": ["HS256"]}
    found = Addresses.model_validate(about | other | {"scopes_supported": ["openid"]})
    wrong = check_provider.unlike(found, load_settings())
    assert [word for word in ("S256", "ES256 and RS256", "scope profile") if any(word in one for one in wrong)] == [
        "S256",
        "ES256 and RS256",
        "scope profile",
    ]
