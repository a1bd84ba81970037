import re
from urllib.parse import unquote

import pytest

from klbio.errors import InputError
from klbio.steps.report import write_report
from tests.report.tables import write_results


def test_writes_the_page_and_its_figures_beside_it(tmp_path):
    results = write_results(tmp_path / "results", 2, routes=("models",))
    out = tmp_path / "somewhere" / "report.html"
    write_report(results=results, out=out, title="Ants & models")
    html = out.read_text(encoding="utf-8")
    assert "<h1>Ants &amp; models</h1>" in html
    figures = {path.name: path.read_text(encoding="utf-8") for path in (out.parent / "figures").iterdir()}
    assert {"models-coding.svg", "models-close.svg", "models-intron.svg"} <= set(figures)
    assert all(text.startswith("<svg ") for text in figures.values())
    assert figures["models-coding.svg"] in html
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "figures",
        "report.html",
    ]  # no drafts are left


def test_pages_in_one_folder_have_figures_of_their_own(tmp_path):
    names = ["one.html", "the other's.html"]
    for name, n_models in zip(names, (2, 3), strict=True):
        results = write_results(tmp_path / name, n_models, routes=("models",))
        write_report(results=results, out=tmp_path / "pages" / name)
    for name in names:
        html = (tmp_path / "pages" / name).read_text(encoding="utf-8")
        links = re.findall(r'<a class="file" href="([^"]+)"', html)
        files = [tmp_path / "pages" / unquote(link) for link in links]
        assert files
        assert {file.parent.name for file in files} == {f"{name.removesuffix('.html')}.figures"}
        assert all(
            file.read_text(encoding="utf-8") in html for file in files if file.name == "models-coding.svg"
        )


def test_a_faulty_table_leaves_the_old_page_alone(tmp_path):
    results = write_results(tmp_path / "results", 2, routes=("models",))
    (results / "models" / "lint.tsv").write_text("model\tcomponent\nhuman\tcoding\n")
    out = tmp_path / "report.html"
    out.write_text("the old page")
    with pytest.raises(InputError, match=r"lint\.tsv: no column 'path', 'severity', 'finding'"):
        write_report(results=results, out=out)
    assert out.read_text() == "the old page"
    assert not (tmp_path / "figures").exists()


def test_refuses_results_that_are_not_there(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        write_report(results=tmp_path / "nowhere", out=tmp_path / "report.html")
    with pytest.raises(InputError, match="without result tables"):
        write_report(results=tmp_path, out=tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
