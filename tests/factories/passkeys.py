"""Passkeys without a browser: one registered for an account, which answers a page's question."""

import json
import re
from hashlib import sha256
from html import unescape

from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.urls import reverse
from fido2.cose import ES256
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

HOST = "testserver"
_SITE = sha256(HOST.encode()).digest()
_AJAX = {"X-Requested-With": "XMLHttpRequest"}
_PRESENT, _VERIFIED = AuthenticatorData.FLAG.UP, AuthenticatorData.FLAG.UV


class Passkey:
    """A key pair of Django's test host; its person was seen by the machine unless told otherwise."""

    def __init__(self, user=None, credential_id=b"passkey"):
        self._id = credential_id
        self._key = ec.generate_private_key(ec.SECP256R1())
        if user is not None:
            WebAuthn.add(user, "办公室电脑", self._registration())

    def answer(self, page, *, verified=True):
        """Return what the browser posts after a page asked: a signature over its challenge."""
        asked = re.search(r'<script id="js_data"[^>]*>(.*?)</script>', page.text, re.S).group(1)
        return self._signed(json.loads(unescape(asked)), verified)

    def sign_in_answer(self, client, user, *, verified=True):
        """Return what the browser of a test client posts to open a person's account by itself."""
        asked = client.get(reverse("mfa_login_webauthn"), headers=_AJAX).json()
        return self._signed(asked, verified, user_pk_to_url_str(user).encode())

    def _signed(self, asked, verified, handle=None):
        options = asked["request_options"]["publicKey"]
        client = CollectedClientData.create(
            CollectedClientData.TYPE.GET, options["challenge"], f"https://{HOST}"
        )
        seen = AuthenticatorData.create(_SITE, _PRESENT | (_VERIFIED if verified else 0), 1)
        signature = self._key.sign(seen + client.hash, ec.ECDSA(SHA256()))
        told = AuthenticatorAssertionResponse(
            client_data=client, authenticator_data=seen, signature=signature, user_handle=handle
        )
        return json.dumps(dict(AuthenticationResponse(raw_id=self._id, response=told)))

    def _registration(self):
        public = ES256.from_cryptography_key(self._key.public_key())
        data = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        flags = _PRESENT | _VERIFIED | AuthenticatorData.FLAG.AT
        told = AuthenticatorAttestationResponse(
            client_data=CollectedClientData.create(
                CollectedClientData.TYPE.CREATE, b"challenge", f"https://{HOST}"
            ),
            attestation_object=AttestationObject.create(
                "none", AuthenticatorData.create(_SITE, flags, 0, data), {}
            ),
        )
        return json.loads(json.dumps(dict(RegistrationResponse(raw_id=self._id, response=told))))
