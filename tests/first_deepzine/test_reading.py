"""What a file says is read as it was meant; what is wrong with it is named."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deepzine_gui.__main__ import main
from deepzine_gui.errors import SettingsError
from deepzine_gui.first_deepzine import example, keys
from deepzine_gui.first_deepzine.reading import read_config_file
from deepzine_gui.first_deepzine.settings import ConfigFile
from tests.first_deepzine.conftest import Rooms

EXAMPLE = "deepzine run --example"


def read(folder: Path, text: str | bytes) -> ConfigFile:
    path = folder / "config.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_config_file(path)


def refusal(folder: Path, text: str | bytes) -> str:
    """What is said of a file, without the folder's name."""
    with pytest.raises(SettingsError) as caught:
        read(folder, text)
    assert str(folder / "config.yaml") in str(caught.value)
    return str(caught.value).replace(f"{folder}/", "")


def test_the_example_is_a_file_with_all_keys(tmp_path: Path) -> None:
    assert list(yaml.safe_load(example())) == list(ConfigFile.model_fields)
    jobs = dict.fromkeys(("load_data", "train", "inference", "interpolation"), True)
    assert read(tmp_path, example()) == ConfigFile.model_validate(jobs)
    assert all(len(line) <= 80 for line in example().splitlines())


def test_what_is_left_out_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = read(tmp_path, "train: True\n")
    assert not any((file.load_data, file.overwrite, file.inference, file.interpolation))
    assert file.data_hdf5 == tmp_path / "home/data.hdf5"
    assert (file.gpu_num, file.pdf_num, file.learning_rate) == (None, 10_000, 0.0001)


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("gpu_num: None", "gpu_num", None),
        ("gpu_num: 1", "gpu_num", (1,)),
        ("gpu_num: '0,1'", "gpu_num", (0, 1)),
        ("learning_rate: .0001", "learning_rate", 0.0001),
        ("learning_rate: 1e-4", "learning_rate", 0.0001),
        ("learning_rate: 1", "learning_rate", 1.0),
        ("interpolation_method: 'slerp'", "interpolation_method", "slerp"),
        ("load_data: yes", "load_data", True),
        ("pdf_num: None", "pdf_num", None),
        ("pdf_num:", "pdf_num", None),
        ("image_directory: None", "image_directory", None),
        ("image_directory: ./images", "image_directory", Path("images")),
        ("internetarchive_collection: 1914", "internetarchive_collection", "1914"),
        (
            "batch_size_reduction_transition_size: 4096",
            "batch_size_reduction_transition_size",
            4096,
        ),
        ("# train: False", "train", True),
    ],
)
def test_values_as_they_are_written(line: str, name: str, value: Any, tmp_path: Path) -> None:
    assert getattr(read(tmp_path, f"train: True\n{line}\n"), name) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pdf_nm: 3", "config.yaml, line 2: there is no key pdf_nm: did you mean pdf_num or"),
        ("pretrained: True", "line 2: there is no key pretrained: did you mean pretrained_model"),
        ("channels: 3", f"line 2: there is no key channels: remove the line; {EXAMPLE}"),
        ("batch_size: many", "line 2: batch_size cannot be 'many': write a whole number."),
        ("batch_size: 16.5", "batch_size cannot be 16.5: write a whole number."),
        ("batch_size: 1", "batch_size cannot be 1: input should be greater than or equal to 2."),
        ("latent_size: True", "latent_size cannot be True: write a whole number."),
        ("load_data: maybe", "load_data cannot be 'maybe': write True or False."),
        ("load_data: 1", "load_data cannot be 1: write True or False."),
        ("learning_rate: fast", "learning_rate cannot be 'fast': input should be a valid number."),
        ("learning_rate: .nan", "learning_rate cannot be nan"),
        ("learning_rate: -1", "learning_rate cannot be -1"),
        ("gan_output_size: 100", "gan_output_size cannot be 100: must be a power of two."),
        ("data_output_size: 2048", "data_output_size cannot be 2048"),
        ("filter_num_reduction_transition_size: 3", "cannot be 3: must be a power of two from 4"),
        ("gpu_num: first", "gpu_num cannot be 'first': write the number of a GPU"),
        ("gpu_num: -1", "gpu_num cannot be -1"),
        ("gpu_num: [0, x]", "gpu_num cannot be [0, 'x']"),
        ("log_dir:", "log_dir cannot be None: write a path."),
        ("log_dir: None", "log_dir cannot be 'None': write a path."),
        ("log_dir: [a]", "log_dir cannot be ['a']: write a path."),
        ("pdf_num: -1", "pdf_num cannot be -1"),
        ("interpolation_method: spline", "should be 'linear', 'slerp' or 'tozero'."),
        ("internetarchive_collection: a/b", "such as MBLWHOI."),
        ("internetarchive_collection: None", "such as MBLWHOI."),
        ("internetarchive_collection: 1.5", "such as MBLWHOI."),
        ("interpolation_vector_num: 1", "interpolation_vector_num cannot be 1"),
        ("train: True", "line 2: the key train is there already, in line 1: remove one of them."),
        ("1: 2", "line 2: 1 cannot be"),
        ("train: False", "the key train is there already"),
        (
            "max_filter: 4\nfilter_num_reduction_transition_size: 4",
            "config.yaml: max_filter, 4, and filter_num_reduction_transition_size, 4, together",
        ),
        (
            "load_data: True\ndata_output_size: 64",
            "gan_output_size, 128, is more than data_output_size, 64",
        ),
        (
            "load_data: True\npdf_directory: a\nimage_directory: a/b",
            "image_directory lies in pdf_directory",
        ),
        (
            "load_data: True\npdf_directory: a\nsamples_dir: ./a",
            "samples_dir lies in pdf_directory",
        ),
    ],
)
def test_a_wrong_line_is_named(text: str, told: str, tmp_path: Path) -> None:
    assert told in refusal(tmp_path, f"train: True\n{text}\n")


def test_all_faults_are_named_in_their_order(tmp_path: Path) -> None:
    told = refusal(tmp_path, "zzz: 1\nbatch_size: 0\ntrian: True\n")
    assert told.startswith("config.yaml has 3 faults. Line 1: there is no key zzz: remove")
    assert told.endswith("Line 3: there is no key trian: did you mean train?")
    assert " Line 2: batch_size cannot be 0: " in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", f"config.yaml is empty. {EXAMPLE} shows"),
        ("# nothing\n", "config.yaml is empty."),
        ("- train: True\n", "config.yaml is a list, not lines of KEY: VALUE."),
        ("train True\n", "config.yaml is a single word, not lines"),
        ("train: False\n", "config.yaml: it asks for nothing: set load_data, train, inference or"),
        ("{}\n", "it asks for nothing"),
        ("train: True\n\tbatch_size: 4\n", "line 2, has a tab where YAML allows only spaces"),
        ("\ttrain: True\n", "line 1, has a tab where YAML allows only spaces"),
        ("train: [True\nx: 1\n", "config.yaml, line 2, is no YAML ("),
        ("train: 'True\n", "is no YAML ("),
        ("train: True\n---\ntrain: True\n", "line 2, is no YAML (but found another document)"),
        ("train: !!python/object/apply:os.getcwd []\n", "line 1, is no YAML ("),
        ("train: True\nlog_dir: 2018-99-99\n", "cannot be read as YAML (month must be in 1..12)"),
        ("train: \x00\n", "config.yaml is no YAML (it holds what no text holds)"),
        ("[" * 10_000, "cannot be read as YAML ("),
        (b"\x89HDF\r\n\x1a\n\xff", "config.yaml is no text (UTF-8): name a config.yaml."),
        (b"#" * 1_000_001, "config.yaml is too large for a config file"),
    ],
)
def test_what_is_no_config_file_is_named(text: str | bytes, told: str, tmp_path: Path) -> None:
    assert told in refusal(tmp_path, text)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"There is no file .*none\.yaml: check its name"):
        read_config_file(tmp_path / "none.yaml")
    with pytest.raises(SettingsError, match=r"is a folder: name the config\.yaml in it"):
        read_config_file(tmp_path)


def test_nothing_starts_before_the_file_is_right(
    rooms: Rooms, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "config.yaml").write_text("load_data: True\npdf_nun: 3\n", "utf-8")
    assert main(["run", "config.yaml"]) == 1
    assert capsys.readouterr().err == (
        "config.yaml, line 2: there is no key pdf_nun: did you mean pdf_num?\n"
    )
    assert rooms.calls == {}


def test_the_command_shows_keys_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--example"]) == 0
    assert capsys.readouterr().out == example()
    with pytest.raises(SystemExit):
        main(["run", "--help"])
    assert keys() in capsys.readouterr().out
    with pytest.raises(SystemExit) as caught:
        main(["run"])
    assert caught.value.code == 2
    assert "name a file, FILE.yaml" in capsys.readouterr().err
