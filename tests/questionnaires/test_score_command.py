import io
import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.questionnaires.files import write


def score(folder, answers, *options, questionnaire="questionnaire.yaml"):
    """(exit code, stdout, stderr) of the command."""
    (folder / "answers.json").write_text(answers if isinstance(answers, str) else json.dumps(answers), encoding="utf-8")
    out, err = io.StringIO(), io.StringIO()
    files = ["--questionnaire", str(folder / questionnaire), "--answers", str(folder / "answers.json")]
    try:
        call_command("score", *files, *options, stdout=out, stderr=err)
    except SystemExit as ended:
        return ended.code, out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_json(tmp_path):
    code, out, err = score(write(tmp_path), {"kind": "some", "more": ["here"], "often": 3}, "--json")

    data = json.loads(out)
    assert (code, err) == (0, "")
    assert (data["score"], data["score_exact"], data["range"], data["band"]) == (75, "75/1", [75, 75], "high")
    assert data["dimensions"]["first"] == {"score": 50, "exact": "50/1", "range": [50, 50]}
    assert [(line["question"], line["gained"], line["missed"]) for line in data["ledger"]] == [
        ("kind", 12.5, 12.5),
        ("more", 12.5, 12.5),
        ("often", 50.0, 0.0),
    ]
    assert [(topic["code"], topic["rank"], topic["need"]) for topic in data["topics"]] == [("begin", 1, "75/4")]


def test_sub_sector_has_its_rules(tmp_path):
    _, out, _ = score(write(tmp_path), {"kind": "some", "more": ["here"]}, "--json", "--sub-sector", "florist")

    assert json.loads(out)["dimensions"]["second"] == {"exact": None, "range": None, "score": None}


def test_text(tmp_path):
    code, out, _ = score(write(tmp_path), {"kind": "some", "more": "dont-know"})

    assert code == 0
    assert "Petit: 13 out of 100, up to 88 with what is not known" in out
    assert "1. Début (begin): need 25.0" in out


def test_no_topics_and_no_sectors_beside_it(tmp_path):
    write(tmp_path)
    (tmp_path / "topics.yaml").unlink()
    (tmp_path / "sectors.yaml").unlink()

    code, out, _ = score(tmp_path, {"kind": "all"}, "--json")

    assert (code, json.loads(out)["topics"]) == (0, [])


def test_topics_from_elsewhere(tmp_path):
    write(tmp_path)
    (tmp_path / "topics.yaml").rename(tmp_path / "others.yaml")

    _, out, _ = score(tmp_path, {}, "--json", "--topics", str(tmp_path / "others.yaml"))

    assert [topic["code"] for topic in json.loads(out)["topics"]] == ["begin"]


BAD = [
    ("{", "answers.json:1: not valid JSON: Expecting property name enclosed in double quotes; correct it here\n"),
    ('{\n"kind": some}', "answers.json:2: not valid JSON: Expecting value; correct it here\n"),
    ("[]", 'answers.json:1: answers are an object: {"question": "choice"}; put them in braces\n'),
    ('{"kind": "all",\n"kind": "some"}', "answers.json:2: “kind” stands twice; keep one of them\n"),
    ({"kind": "many"}, "Question “kind” has no choice “many”; it has nothing, some, all.\n"),
    ({"kind": ["some", "all"]}, "Question “kind” takes one answer, not a list.\n"),
    (
        {"x": 1, "often": 9},
        "Question “x” is not in the questionnaire “small”.\nQuestion “often” has no choice “9”; it has 1, 2, 3.\n",
    ),
    ({"often": 1.5}, "Question “often”: an answer is the code of a choice, a list of codes or a number.\n"),
]


@pytest.mark.parametrize(("answers", "expected"), BAD)
def test_bad_answers_give_one_line_each(tmp_path, answers, expected):
    assert score(write(tmp_path), answers) == (1, "", expected)


def test_unknown_sub_sector_lists_the_possible(tmp_path):
    assert score(write(tmp_path), {}, "--sub-sector", "baking") == (
        1,
        "",
        "Sub-sector “baking” is not known; choose one of these: butcher, baker, florist.\n",
    )


def test_bad_questionnaire_gives_its_line(tmp_path):
    folder = write(tmp_path, topics="topics:\n  - code: Begin\n")

    code, _, err = score(folder, {})

    assert code == 1
    assert err.splitlines()[1].startswith("topics.yaml:2: `Begin` does not have the form")


@pytest.mark.parametrize("seed", ["1", "2"])
def test_same_bytes_in_every_process(tmp_path, seed):
    folder = write(tmp_path)
    answers = {"more": ["there", "here"], "kind": "some", "often": 2}
    _, here, _ = score(folder, answers, "--json", "--sub-sector", "baker")

    files = ["--questionnaire", folder / "questionnaire.yaml", "--answers", folder / "answers.json"]
    there = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "manage.py", "score", *files, "--json", "--sub-sector", "baker"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"PYTHONHASHSEED": seed, "DATABASE_URL": "postgresql://nowhere.invalid/none"},
        capture_output=True,
        check=True,
        text=True,
    )

    assert there.stdout == here


def test_example_of_the_documentation(tmp_path):
    page = (settings.BASE_DIR / "docs/questionnaire-format.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"```(?:yaml|json) (\S+)\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).write_text(text, encoding="utf-8")

    code, out, err = score(tmp_path, (tmp_path / "answers.json").read_text(), "--json", "--sub-sector", "florist")

    data = json.loads(out)
    assert (code, err, data["score"], data["score_exact"], data["band"]) == (0, "", 58, "175/3", "solid")
    assert [(topic["code"], topic["need"], topic["after"]) for topic in data["topics"]] == [
        ("business-profile", "50/3", []),
        ("figures", "75/2", ["business-profile"]),
    ]
