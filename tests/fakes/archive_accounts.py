"""The accounts of the loopback archive."""

from typing import Any
from urllib.parse import parse_qs


class Accounts:
    """Whom the archive knows, and the keys it gives.

    Attributes:
        passwords: by e-mail address.
        keys: access key and secret, the same for everybody.
    """

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}
        self.keys = ("an-access-key", "a-secret-key")

    def sign_in(self, form: str) -> tuple[int, dict[str, Any]]:
        """Answer what was sent by a form: the HTTP status and the JSON object."""
        sent = {name: values[0] for name, values in parse_qs(form).items()}
        password = self.passwords.get(sent.get("email", ""))
        if password is None:
            return 401, {"success": False, "values": {"reason": "account_not_found"}}
        if password != sent.get("password"):
            return 401, {"success": False, "values": {"reason": "account_bad_password"}}
        access, secret = self.keys
        cookies = {"logged-in-user": "somebody", "logged-in-sig": "a-signature"}
        values = {"s3": {"access": access, "secret": secret}, "cookies": cookies}
        return 200, {"success": True, "values": {**values, "screenname": "Somebody"}}
