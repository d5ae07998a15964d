import json
from random import Random

import jsonschema
import pytest
import yaml
from django.conf import settings

from portal.management.commands import describe_format
from questionnaires.checking import read_folder
from questionnaires.describing import FILES, described, table_of
from questionnaires.files import read_yaml
from tests.questionnaires.making import TITLE, a_case

DOCS = settings.BASE_DIR / "docs"
FOLDERS = sorted(path.parent for path in settings.CONTENT_DIR.glob("*/questionnaire.yaml"))


def schema(name):
    found = json.loads((DOCS / f"schemas/{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def test_documentation_is_up_to_date():
    wanted = described(DOCS, describe_format.FILES)
    stale = [path.name for path, text in wanted.items() if path.read_text(encoding="utf-8") != text]

    assert stale == [], "run manage.py describe_format"


def test_every_part_of_the_format_has_its_table():
    page = (DOCS / "questionnaire-format.md").read_text(encoding="utf-8")
    for name in FILES:
        for part in json.loads((DOCS / f"schemas/{name}.schema.json").read_text(encoding="utf-8"))["$defs"]:
            assert f"<!-- format: {part} -->" in page


def test_table_names_required_keys():
    assert "| `points` | required | number | What it is worth" in table_of("Choice")


@pytest.mark.parametrize("name", describe_format.FILES)
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_schema_accepts_the_content(folder, name):
    path = folder / f"{name}.yaml"
    if path.exists():
        assert [*schema(name).iter_errors(read_yaml(path).data)] == []


def accepts_random_case(folder, seed):
    data = a_case(Random(seed), 1 + seed % 40)  # noqa: S311  # tests need the same ones again
    data["families"].append({"code": "other", "name": TITLE})  # a trade in which every topic can be reached
    data["sub_sectors"].append({"code": "trade-c", "family": "other", "name": TITLE})
    files = {
        "questionnaire": data["questionnaire"],
        "topics": {"topics": [topic | {"after": [], "not_for": []} for topic in data["topics"]]},
        "sectors": {key: data[key] for key in ("edition", "families", "sub_sectors")},
    }
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    read_folder(folder)
    for name in files:
        written = yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))
        assert [*schema(name).iter_errors(written)] == []


@pytest.mark.parametrize("seed", range(6))
def test_schema_accepts_what_the_loader_accepts(tmp_path, seed):
    accepts_random_case(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6, 150))
def test_schema_accepts_what_the_loader_accepts_long(tmp_path, seed):
    accepts_random_case(tmp_path, seed)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("topics", {"topics": [], "more": 1}),
        ("topics", {}),
        ("sectors", {"edition": "x", "families": [], "sub_sectors": []}),
        ("profiles", {"middling": "a", "at_least_different": 0, "profiles": []}),
        ("survey", {"title": TITLE, "questions": [{"code": "useful", "kind": "guess", "text": TITLE}]}),
        ("programme", {"code": "small", "joint_organisers": "all"}),
        ("groupings", {"groupings": [{"code": "valley", "name": TITLE, "cities": []}]}),
    ],
)
def test_schema_refuses_what_is_wrong_in_form(name, data):
    assert [*schema(name).iter_errors(data)]
