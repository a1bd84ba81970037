import pytest
from numpy.testing import assert_array_equal

from klbio.errors import InputError
from klbio.io.tables.tree import read_tree


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "tree.nwk"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_nodes_come_in_preorder_with_their_names_and_lengths(written):
    tree = read_tree(written("((a:1,b:2)AB:4,\n  c:8e-1);\n"))
    assert tree.names == ("", "AB", "a", "b", "c")
    assert_array_equal(tree.parents, [-1, 0, 1, 1, 0])
    assert_array_equal(tree.lengths, [0, 4, 1, 2, 0.8])
    assert tree.tips == {"a": 2, "b": 3, "c": 4}


def test_names_are_kept_verbatim(written):
    tree = read_tree(written("('a b':1,b_c:1,'b c':1,'it''s; [so]':1,Å-7:1)[a; comment];"))
    assert tree.names[1:] == ("a b", "b_c", "b c", "it's; [so]", "Å-7")


def test_polytomies_and_stems_are_fine(written):
    tree = read_tree(written("(((a:1,b:1,c:1):2):3,d:1,e:1):9;"))
    assert len(tree.parents) == 8
    assert tree.root_distances.max() == 3 + 2 + 1


def test_a_deep_tree_needs_no_recursion(written):
    depth = 5_000
    tree = read_tree(written("(" * depth + "a:1" + "):1" * depth + ";"))
    assert tree.root_distances.max() == depth


def test_real_trees(shared):
    for study, n_tips in (("dethlefsen2011", 2_582), ("ecam2016", 2_673)):
        assert len(read_tree(shared / study / "tree.nwk").tips) == n_tips


def test_missing_lengths_are_told_by_the_tree_with_the_file(written):
    path = written("((a,b:1):2,c);")
    with pytest.raises(InputError, match=r"tree\.nwk: 2 of 4 branches have no length: 'a', 'c'"):
        read_tree(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an empty file"),
        (" \n[only a comment]\n", "an empty file"),
        ("(a:1,b:1);\n(a:1,c:1);\n", "2 trees"),
        ("(a:1,b:1)", "no ';' at the end"),
        ("(a:1,b:1); and more", "text after ';'"),
        ("(a:1,'b:1);", "no ';' at the end"),
        ("((a:1,b:1);", "unbalanced"),
        ("(a:1,b:x);", "numeric type: x"),
        ("(a a:1,b:1);", "whitespace"),
        (b"(\xff:1,b:1);", "UTF-8"),
        (b"\x1f\x8b\x08", "gunzip"),
        ("[" * 200_000, "an empty file"),
    ],
)
def test_refusals_name_the_file(written, text, words):
    path = written(text)
    with pytest.raises(InputError) as caught:
        read_tree(path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_tree(tmp_path / "no.nwk")
