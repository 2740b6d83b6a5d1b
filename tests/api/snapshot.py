"""Write the OpenAPI document into the repository: `python -m tests.api.snapshot`."""

import json
from pathlib import Path

SNAPSHOT = Path(__file__).parent / "openapi.json"


def written() -> str:
    """The document as the snapshot holds it."""
    from lianxin.api.service import api  # noqa: PLC0415 - Django must be set up first

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def main() -> None:
    """Renew the snapshot."""
    import os  # noqa: PLC0415 - for this alone

    import django  # noqa: PLC0415 - the same

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    SNAPSHOT.write_text(written())


if __name__ == "__main__":
    main()
