from tests.trainings.admin.conftest import adviser, official, roles, staff, trainer  # noqa: F401  fixtures
