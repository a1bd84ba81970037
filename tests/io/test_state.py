from klbio.io.state import size_of, state_of


def test_a_file_is_known_by_what_it_holds_and_a_large_one_by_its_size(tmp_path):
    first, same, other = (tmp_path / name for name in ("a", "b", "c"))
    first.write_text("acgt")
    same.write_text("acgt")
    other.write_text("acga")
    assert state_of(first) == state_of(same) != state_of(other)
    assert state_of(first, max_hashed=3) == state_of(other, max_hashed=3) == ".: 4 bytes"
    assert size_of(first) == 4


def test_a_folder_is_known_by_all_that_is_in_it(tmp_path):
    for name, text in (("a", "acgt"), ("b", "acga")):
        (tmp_path / name / "inside").mkdir(parents=True)
        (tmp_path / name / "inside" / "x").write_text(text)
    assert state_of(tmp_path / "a") != state_of(tmp_path / "b")
    assert state_of(tmp_path / "a", max_hashed=3) == "inside/x: 4 bytes"
