"""The callback signature; the vector is computed with openssl (docs/carrier-callbacks.md)."""

import pytest

from postal.carriers.signing import SignatureRefused, sign, verify

SECRET, TIME, BODY = "bi-mat", "1767225600", b'{"a":1}'
SIGNATURE = "429af6288b94174a5f6c60756817a2894e7fd6f9646a06a5b21c9b1a3d5e707a"


def test_sign_gives_the_vector_of_openssl():
    assert sign(SECRET, TIME, BODY) == SIGNATURE


@pytest.mark.parametrize("age", [0, 300, -300])
def test_fresh_calls_are_believed(age):
    verify(SECRET, TIME, SIGNATURE, BODY, now=1767225600 + age)


@pytest.mark.parametrize(
    ("secret", "time", "signature", "body", "now", "why"),
    [
        (SECRET, TIME, SIGNATURE, BODY, 1767225901, "expired"),
        (SECRET, TIME, SIGNATURE, BODY, 1767225299, "expired"),
        (SECRET, TIME, SIGNATURE, b'{"a":2}', 1767225600, "bad-signature"),
        (SECRET, "1767225601", SIGNATURE, BODY, 1767225600, "bad-signature"),
        (SECRET, TIME, SIGNATURE[:-1] + "b", BODY, 1767225600, "bad-signature"),
        (SECRET, TIME, "", BODY, 1767225600, "bad-signature"),
        (SECRET, TIME, "đ" * 64, BODY, 1767225600, "bad-signature"),
        ("khac", TIME, SIGNATURE, BODY, 1767225600, "bad-signature"),
        ("", TIME, SIGNATURE, BODY, 1767225600, "no-secret"),
        (SECRET, "", SIGNATURE, BODY, 1767225600, "bad-timestamp"),
        (SECRET, "17672256e5", SIGNATURE, BODY, 1767225600, "bad-timestamp"),
        (SECRET, "9" * 400, SIGNATURE, BODY, 1767225600, "bad-timestamp"),
        (SECRET, "١٧٦٧٢٢٥٦٠٠", SIGNATURE, BODY, 1767225600, "bad-timestamp"),
    ],
)
def test_everything_else_is_refused(secret, time, signature, body, now, why):
    with pytest.raises(SignatureRefused, match=why):
        verify(secret, time, signature, body, now=now)


def test_every_bit_of_the_signature_counts():
    for place in range(64):
        digit = "0" if SIGNATURE[place] != "0" else "1"
        forged = SIGNATURE[:place] + digit + SIGNATURE[place + 1 :]
        with pytest.raises(SignatureRefused):
            verify(SECRET, TIME, forged, BODY, now=1767225600)
