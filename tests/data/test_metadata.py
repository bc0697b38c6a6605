"""Tables beside pictures: labels, styles, subjects, splits, and everything that may be wrong with them."""

import json
import zipfile
from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest
from picture_files import png, write_files

from explorer.checkpoint import check_styles
from explorer.cli import main
from explorer.data import DataError, ImageSet, load
from explorer.data.folders.captions import head_word

FRUIT = [
    {"file_name": "p/0.png", "text": "red apple", "word": "apple", "style": "Noto", "keywords": ["fruit", "mac", ":D"]},
    {"file_name": "p/1.png", "text": "red apple", "word": "apple", "style": "Flat 3D", "keywords": ["fruit", "mac"]},
    {
        "file_name": "p/2.png",
        "text": "green apple",
        "word": "apple",
        "style": "Noto",
        "keywords": "Fruit, granny smith",
    },
    {"file_name": "p/3.png", "text": "pear", "word": "pear", "style": "Noto", "keywords": ["fruit", "pear"]},
    {"file_name": "p/4.png", "text": "lemon", "word": "lemon", "style": "Noto", "keywords": ["fruit", "citrus"]},
]


def lines(rows: list[dict]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


def pictures(count: int, folder: str = "p") -> dict[str, bytes]:
    return {f"{folder}/{at}.png": png(at * 10) for at in range(count)}


def described(root: Path, rows: list[dict], count: int | None = None, **more: bytes) -> Path:
    files = pictures(len(rows) if count is None else count)
    return write_files(root / "fruit", files | more | {"metadata.jsonl": lines(rows)})


def texts_of(found: ImageSet, shade: int) -> tuple[str, ...]:
    """The texts of the subject of the picture of one grey."""
    at = next(i for i, image in enumerate(found.images) if image[0, 0, 0] == shade)
    return found.texts[found.subjects[at]]


@pytest.mark.parametrize("packed", [False, True])
def test_rows_say_words_styles_and_subjects(tmp_path, packed):
    path = described(tmp_path, FRUIT)
    if packed:
        with zipfile.ZipFile(tmp_path / "fruit.zip", "w") as file:
            for one in sorted(path.rglob("*.*")):
                file.write(one, one.relative_to(path))
        path = tmp_path / "fruit.zip"
    found = load(path)
    assert found.counts() == {"apple": 3, "lemon": 1, "pear": 1}
    assert found.styles == ("flat-3d", "noto") and np.bincount(found.style_ids).tolist() == [1, 4]
    assert len(found.texts) == 4  # the red apple is one thing, drawn twice


def test_what_a_subject_is_called_is_its_name_and_keywords_that_few_share(tmp_path):
    found = load(described(tmp_path, FRUIT))
    assert texts_of(found, 0) == texts_of(found, 10) == ("red apple", "mac")  # four subjects are fruit; :D is no word
    assert texts_of(found, 20) == ("green apple", "granny smith")
    assert texts_of(found, 30) == ()  # its name is its word
    assert texts_of(found, 40) == ("citrus",)


def test_a_csv_says_the_same(tmp_path):
    table = b"file_name;text;word;style;keywords\np/0.png;red apple;apple;Noto;mac, tree\np/1.png;pear;pear;;\n"
    for name in ("metadata.csv", "whatever.csv"):
        found = load(write_files(tmp_path / name, pictures(2) | {name: table}))
        assert found.words == ("apple", "pear") and texts_of(found, 0) == ("red apple", "mac", "tree")
        assert set(found.styles) == {name.split(".")[0], "noto"}  # one without a style has the set's own


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.replace(",", ";").encode("utf-8-sig"),
        lambda text: ("sep=;\r\n" + text.replace(",", ";")).encode(),
        lambda text: ("sep=|\r\n" + text.replace(",", "|")).encode("utf-8-sig"),
        lambda text: text.replace(",", "\t").encode("utf-16"),
    ],
)
@pytest.mark.parametrize("name", ["metadata.csv", "Liste.csv"])
def test_a_csv_may_be_as_excel_writes_it(tmp_path, encode, name):
    text = "File_Name,Word,Style\r\np/0.png,Äpfel,Björn\r\np\\1.png,pear,Anna\r\n"
    found = load(write_files(tmp_path / "set", pictures(2) | {name: encode(text)}))
    assert found.words == ("pear", "äpfel") and found.styles == ("anna", "bjorn")


@pytest.mark.parametrize(("of_files", "of_rows"), [("NFD", "NFC"), ("NFC", "NFD")])
@pytest.mark.parametrize("table", ["metadata.csv", "Liste.csv"])
def test_accents_may_be_written_in_two_forms(tmp_path, of_files, of_rows, table):
    names = [f"Bjö{at}.png" for at in range(4)]
    files = {f"p/{normalize(of_files, name)}": png(at) for at, name in enumerate(names)}
    rows = "".join(
        f"p/{normalize(of_rows, name)},{word}\n" for name, word in zip(names, ["fig", "pear"] * 2, strict=True)
    )
    found = load(write_files(tmp_path / "set", files | {table: f"file_name,word\n{rows}".encode()}))
    assert found.counts() == {"fig": 2, "pear": 2}


def test_of_several_csvs_the_one_that_says_words_counts(tmp_path):
    train, test = b"image,label\n0.png,fig\n1.png,pear\n", b"image\n9.png\n"
    found = load(write_files(tmp_path / "set", pictures(2) | {"train.csv": train, "test.csv": test}))
    assert found.words == ("fig", "pear")
    found = load(write_files(tmp_path / "two", pictures(2) | {"train.csv": train, "more.csv": train}))
    assert any("call the right one metadata.csv" in note for note in found.notes)


def test_a_csv_in_an_older_encoding_is_said(tmp_path):
    text = "file_name,word\np/0.png,Äpfel\np/1.png,pear\n".encode("cp1252")
    with pytest.raises(DataError, match="not in UTF-8: save it so"):
        load(write_files(tmp_path / "set", pictures(2) | {"metadata.csv": text}))
    found = load(write_files(tmp_path / "other", pictures(2) | {"Liste.csv": text}))
    assert any("Liste.csv was passed by" in note and "UTF-8" in note for note in found.notes)


def test_a_csv_of_other_things_is_no_table(tmp_path):
    files = (
        pictures(2, "cat") | pictures(2, "dog") | {"prices.csv": b"animal,price\ncat,3\n", "names.csv": b"cat,tiger\n"}
    )
    assert load(write_files(tmp_path / "pets", files)).words == ("tiger", "dog")


def test_the_only_csv_may_name_pictures_without_their_folders(tmp_path):
    table = b"filename,label\n0.png,lion\n1.png,tiger\n"
    assert load(write_files(tmp_path / "zoo", pictures(2, "images") | {"train.csv": table})).words == ("lion", "tiger")


@pytest.mark.parametrize("table", [b"file,label\n7.png,lion\n", b"file,label\ncat/0.png,a\ncat/0.png,b\n"])
def test_the_only_csv_is_passed_by_where_it_does_not_fit(tmp_path, table):
    files = pictures(2, "cat") | pictures(2, "dog") | {"boxes.csv": table}
    found = load(write_files(tmp_path / "pets", files))
    assert found.words == ("cat", "dog") and any("boxes.csv was passed by" in note for note in found.notes)


def test_the_folder_is_the_label_where_no_row_says_otherwise(tmp_path):
    rows = [{"file_name": "cat/0.png", "text": "a tabby"}, {"file_name": "cat/1.png", "word": "lion"}]
    files = pictures(3, "cat") | pictures(2, "dog") | {"metadata.jsonl": lines(rows)}
    path = write_files(tmp_path / "pets", files)
    assert load(path).counts() == {"cat": 2, "dog": 2, "lion": 1}
    assert load(path, metadata=False).counts() == {"cat": 3, "dog": 2}  # as runs of before read it


def test_texts_alone_give_the_labels(tmp_path):
    repeated = [{"file_name": f"p/{at}.png", "text": ("hot dog", "ice cream")[at % 2]} for at in range(4)]
    assert load(described(tmp_path / "a", repeated)).words == ("hot dog", "ice cream")
    captions = ["a photo of a dog on a beach", "the old grey cat", "two cats, asleep"]
    rows = [{"file_name": f"p/{at}.png", "text": text} for at, text in enumerate(captions)]
    found = load(described(tmp_path / "b", rows))
    assert found.words == ("cat", "cats", "dog") and texts_of(found, 0) == ("a photo of a dog on a beach",)


@pytest.mark.parametrize(
    ("caption", "word"),
    [
        ("red apple", "apple"),
        ("face with tears of joy", "face"),
        ("A drawing of two horses in the rain.", "horses"),
        ("a black and white photo of a bus", "bus"),
        ("man's shoe", "shoe"),
        ("glass of milk", "milk"),
        ("a pair of red boots", "boots"),
        ("t-shirt", "t-shirt"),
        ("!?", ""),
    ],
)
def test_the_head_word_of_a_caption(caption, word):
    assert head_word(caption) == word


def test_numbers_and_names_of_labels_are_translated_as_folders_are(tmp_path):
    rows = [{"file_name": f"p/{at}.png", "label": at % 2} for at in range(4)]
    path = described(tmp_path, rows)
    assert load(path).words == ("zero", "one")
    assert load(path, names={"0": "cat", "1": "dog"}).counts() == {"cat": 2, "dog": 2}


def test_splits_by_folder_or_by_column_have_the_same_labels_styles_and_subjects(tmp_path):
    by_folder = {f"{split}/{at}.png": png(at) for split in ("train", "test") for at in range(2)}
    for split in ("train", "test"):
        rows = [{"file_name": f"{at}.png", "text": f"{word} tree", "word": word, "style": word[0]}
                for at, word in enumerate(("fig", "oak"))]  # fmt: skip
        by_folder[f"{split}/metadata.jsonl"] = lines(rows)
    column = [
        {"file_name": f"p/{at}.png", "word": word, "text": f"{word} tree", "style": word[0], "split": split}
        for at, (word, split) in enumerate([("fig", "train"), ("oak", "train"), ("oak", "val"), ("elm", "val")])
    ]
    for path, held_out in (
        (write_files(tmp_path / "a", by_folder), 2),
        (described(tmp_path / "b", column), 1),
    ):
        train, test = load(path), load(path, split="test")
        assert len(test) == held_out and train.words == test.words == ("fig", "oak")
        assert train.styles == test.styles and train.texts == test.texts
        assert test.texts[test.subjects[-1]] == ("oak tree",)
    assert "1 pictures were left out" in " ".join(test.notes)  # nobody was trained on an elm


def test_pictures_that_no_row_names_are_left_out_and_said(tmp_path):
    found = load(described(tmp_path, FRUIT, count=7))
    assert len(found) == 5
    assert any("2 pictures were left out, the first" in note and "5.png" in note for note in found.notes)


GOOD = {"file_name": "p/0.png", "word": "apple"}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (lines([GOOD, {"file_name": "p/9.png", "word": "fig"}]), "line 2, names p/9.png, which is no picture"),
        (lines([GOOD, GOOD | {"word": "fig"}]), "line 2, says something else of p/0.png"),
        (lines([GOOD, {"file_name": "../x.png"}]), "line 2, names a file outside its folder"),
        (lines([GOOD, {"file_name": "/etc/passwd"}]), "line 2, names a file outside its folder"),
        (lines([GOOD]) + b"\n\n{'a': 1}", "line 3, is not JSON"),
        (lines([GOOD]) + b"\n[1]", "line 2, is no JSON object"),
        (b"[" * 5000, "line 1, is not JSON"),
        (lines([{"word": "apple"}]), "line 1, has no file_name"),
        (lines([{"file_name": 3}]), "line 1, has no file_name"),
        (lines([GOOD | {"style": ["a"]}]), "has a style that is no text"),
        (lines([GOOD | {"word": True}]), "has a word that is no text"),
        (lines([GOOD | {"keywords": [1]}]), "has keywords that are no texts"),
        (lines([GOOD | {"keywords": {"a": 1}}]), "has keywords that are no texts"),
        (lines([GOOD | {"text": "a" * 20_000}]), "has a text of 20,000 letters"),
        (lines([GOOD | {"split": "holdout"}]), "has the split 'holdout': write train, val or test"),
        (b"\xe4", "is not in UTF-8"),
        (b"\n", "has no row"),
        (lines([{"file_name": "p/0.png"}]), "has no picture with a label"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_in_a_sentence(tmp_path, table, sentence):
    path = write_files(tmp_path / "fruit", pictures(1) | {"metadata.jsonl": table})
    with pytest.raises(DataError) as error:
        load(path)
    assert sentence in str(error.value) and str(error.value).endswith(".") and "\n" not in str(error.value)


def test_a_csv_that_is_broken_is_said_with_its_line(tmp_path):
    for table, sentence in ((b"file_name,word\np/0.png,a,b\n", "line 2, has 3 values for 2 columns"),
                            (b'file_name,word\np/0.png,"a\n', "is not CSV")):  # fmt: skip
        path = write_files(tmp_path / "fruit", pictures(1) | {"metadata.csv": table})
        with pytest.raises(DataError, match=sentence):
            load(path)


def test_rows_without_a_picture_can_be_left_out(tmp_path):
    path = described(tmp_path, [*FRUIT, {"file_name": "p/77.png", "word": "fig"}], count=5)
    with pytest.raises(DataError, match="--skip-broken"):
        load(path)
    found = load(path, skip_broken=True)
    assert len(found) == 5 and any("1 rows of metadata.jsonl name no picture" in note for note in found.notes)


def test_a_broken_picture_takes_its_style_and_subject_with_it(tmp_path):
    path = described(tmp_path, FRUIT)
    (path / "p/0.png").write_bytes(b"no picture")
    found = load(path, skip_broken=True)
    assert found.counts() == {"apple": 2, "lemon": 1, "pear": 1} and len(found.broken) == 1
    assert texts_of(found, 10) == ("red apple", "mac") and found.style_ids[found.images[:, 0, 0, 0] == 10] == [0]


def test_a_style_is_never_called_what_means_something_else(tmp_path):
    rows = [row | {"style": style} for row, style in zip(FRUIT, ["any", "Each", "ALL", "noto", "-any-"], strict=True)]
    found = load(described(tmp_path, rows))
    assert found.styles == ("all-style", "any-style", "each-style", "noto")
    check_styles(found.styles)
    folders = [write_files(tmp_path / name, {"cat/0.png": png(1), "fig/0.png": png(2)}) for name in ("all", "any")]
    check_styles(load(folders).styles)


def test_a_set_without_a_train_split_is_said_to_have_none(tmp_path):
    with pytest.raises(DataError, match=r"no train split, .* into val"):
        load(described(tmp_path, [row | {"split": "validation"} for row in FRUIT]))


def test_one_class_of_a_thousand_that_is_not_there_is_answered_with_those_like_it(tmp_path):
    rows = [{"file_name": f"p/{at}.png", "word": f"thing {at}"} for at in range(100)]
    found = load(described(tmp_path, [*rows, {"file_name": "p/100.png", "word": "kitten"}]))
    for held_out, sentence in (("kittn", "did you mean kitten"), ("qqqq", "and 69 more")):
        with pytest.raises(DataError, match=sentence) as error:
            found.without([held_out])
        assert len(str(error.value)) < 500


def test_too_many_styles_are_refused(tmp_path):
    rows = [{"file_name": "p/0.png", "word": "a", "style": "s0"}]
    rows += [{"file_name": f"p/{at}.png", "word": "a", "style": f"s{at}"} for at in range(1, 257)]
    with pytest.raises(DataError, match="257 styles, more than 256"):
        load(described(tmp_path, rows))


def test_the_command_counts_styles(tmp_path, capsys):
    assert main(["data", str(described(tmp_path, FRUIT))]) == 0
    assert "2 styles (pictures): flat-3d 1, noto 4" in capsys.readouterr().out
