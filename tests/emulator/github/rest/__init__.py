"""GitHub's REST routes."""

from tests.emulator.github.rest import files, issues, owners, pulls, refs
from tests.emulator.routes import Router

ROUTER = Router()
for module in (owners, files, refs, pulls, issues):
    module.register(ROUTER)
