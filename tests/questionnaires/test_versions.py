import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from questionnaires.checking import read_folder
from questionnaires.loading import load_version
from questionnaires.models import NeverChanged, Version
from questionnaires.preparing import prepare
from tests.questionnaires.files import spoil, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def content(tmp_path):
    return read_folder(write(tmp_path), "fr", ("fr", "en"))


@pytest.fixture
def changed(tmp_path):
    return read_folder(spoil(tmp_path, "topics", "fr: Suite", "fr: La suite"), "fr", ("fr", "en"))


def test_same_content_is_the_same_version(content):
    first, created = load_version("here/small", content)

    assert (created, first.number) == (True, 1)
    assert load_version("here/small", content) == (first, False)


def test_changed_content_is_the_next_version(content, changed):
    first, _ = load_version("here/small", content)
    second, created = load_version("here/small", changed)
    third, _ = load_version("here/small", content)

    assert (created, [first.number, second.number, third.number]) == (True, [1, 2, 3])
    assert Version.objects.latest_of("here/small") == third
    assert first.topic("go-on")["title"]["fr"] == "Suite"
    assert second.topic("go-on")["title"]["fr"] == "La suite"


def test_questionnaires_count_for_themselves(content):
    load_version("here/small", content)

    assert load_version("there/small", content)[0].number == 1
    assert Version.objects.latest_of("nowhere/small") is None


def test_saving_a_version_again_is_refused(content):
    version, _ = load_version("here/small", content)

    with pytest.raises(NeverChanged):
        version.save()


@pytest.mark.parametrize("change", [{"definition": {}}, {"number": 7}, {"digest": "0"}])
def test_database_refuses_to_change_a_version(content, change):
    version, _ = load_version("here/small", content)

    with pytest.raises(DatabaseError, match="a questionnaire version is never changed"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(**change)

    assert Version.objects.get(pk=version.pk).definition == content.data


def test_parts_by_code_and_in_order(content):
    load_version("here/small", content)
    version = Version.objects.latest_of("here/small")

    assert version.title == {"fr": "Petit", "en": "Small"}
    assert [dimension["code"] for dimension in version.dimensions] == ["first", "second"]
    assert [question["code"] for question in version.questions] == ["kind", "more", "often"]
    assert version.dimension("second")["title"]["en"] == "Two"
    assert version.question("often")["weight"] == "3/2"
    assert version.sub_sector("florist")["family"] == "nature"
    assert version.family("nature")["name"]["fr"] == "Nature"
    assert [item["code"] for item in version.sub_sectors] == ["butcher", "baker", "florist"]
    assert [item["code"] for item in version.families] == ["food", "nature"]
    assert [topic["code"] for topic in version.topics] == ["begin", "go-on"]


def test_stored_version_diagnoses_as_the_files_do(content):
    load_version("here/small", content)
    version = Version.objects.latest_of("here/small")

    assert version.diagnoser.diagnose({"kind": "some", "more": ["here"]}, "baker").as_data()["score_exact"] == "25/1"


def test_definition_is_fetched_once_in_a_process(content):
    load_version("here/small", content)
    prepare.cache_clear()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _ in range(3):
            assert Version.objects.latest_of("here/small").question("kind")

    assert len([query for query in queries if '"definition"' in query["sql"]]) == 1
