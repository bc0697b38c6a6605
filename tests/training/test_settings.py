"""A setting is described once: its option, its field on the Train tab, its card row and its checks follow from that."""

import dataclasses
import json

import pytest
from tiny_training import TINY
from typer.testing import CliRunner

from explorer.app.train.settings import page_settings, read_settings
from explorer.cli import app
from explorer.errors import ExplorerError
from explorer.training.resolve import (
    PRESETS,
    PictureFacts,
    config_for,
    explain_settings,
    parse_assignments,
    resolve,
    settings_for_pictures,
)
from explorer.training.setting import Setting
from explorer.training.settings import BEFORE, SETTINGS, TrainConfig, TrainingError


def test_every_setting_that_somebody_makes_has_help_and_a_default_that_passes_its_checks():
    for name, one in SETTINGS.items():
        one.check_type(name, one.default)
        one.check_value(name, one.default)
        assert one.help or one.noted or name in ("channels", "c_dim", "styles")
        assert (one.kind in ("whole", "number")) or (one.low is None and one.high is None)


def test_the_command_has_an_option_for_each_setting_that_asks_for_one():
    help_ = CliRunner().invoke(app, ["train", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).output
    for name, one in SETTINGS.items():
        flag = one.option if isinstance(one.option, str) else f"--{name.replace('_', '-')}"
        assert (f"{flag} " in help_ and one.help.split(";")[0][:40] in help_) == bool(one.option), name


def test_the_tab_never_allows_what_a_training_does_not():
    for shown in page_settings():
        one = SETTINGS[shown["name"]]
        for bound in ("low", "high"):
            if bound in shown:
                value = read_settings({shown["name"]: shown[bound]})[shown["name"]]
                one.check_value(shown["name"], value)
        for choice in shown.get("choices", ()):
            one.check_value(shown["name"], choice)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("lr", float("nan"), "lr is nan; it must be a positive number."),
        ("batch", 0, "batch is 0; it must be a positive number."),
        ("outside", 1.5, "outside is 1.5; it must lie between 0 and 1."),
        ("beta2", 1.0, "beta2 is 1.0; it must lie in [0, 1)."),
        ("norm", "layer", "norm is 'layer'; it must be one of none, batch, generator."),
        ("kimg", True, "kimg is 'True'; it must be like 400.0."),
        ("seed", 2**63, "seed is 9223372036854775808; it must lie between 0 and 9223372036854775807."),
    ],
)
def test_a_wrong_value_is_one_sentence(name, value, sentence):
    with pytest.raises(TrainingError) as error:
        SETTINGS[name].check_type(name, value)
        SETTINGS[name].check_value(name, value)
    assert str(error.value) == sentence
    with pytest.raises(ExplorerError):
        TrainConfig(**{name: value})


def test_what_was_given_goes_before_checkpoint_family_preset_and_machine():
    assert resolve({}, "tiny")["lr"] == PRESETS["tiny"].settings["lr"] and resolve({})["threads"] >= 1
    assert resolve({"family": "dcgan"}, "tiny")["lr"] == 2e-4
    assert resolve({}, "tiny", start={"family": "dcgan", "size": 8})["size"] == 8
    assert resolve({"size": 5, "threads": 1}, "tiny", start={"family": "dcgan", "size": 8})["size"] == 5
    begun = TrainConfig(family="dcgan", c_dim=0, lr=1e-3)
    assert resolve({}, before=begun) == {}
    assert resolve({"kimg": 5}, "tiny", before=begun).keys() == {"kimg", "batch", "sheet_kimg", "mismatch"}
    assert resolve(parse_assignments(['hold_out=["bag"]', "z=uniform"]))["hold_out"] == ("bag",)


def test_a_config_of_before_a_setting_takes_what_there_was_then(tmp_path):
    stored = {**dataclasses.asdict(TrainConfig()), **dict.fromkeys(BEFORE)}
    path = tmp_path / "config.json"
    path.write_text(json.dumps({name: value for name, value in stored.items() if name not in BEFORE}))
    read = TrainConfig.from_file(path)
    assert {name: getattr(read, name) for name in BEFORE} == BEFORE
    assert BEFORE == {"outside": 1.0, "synonyms": False, "mismatch": 0.0, "translate_names": False, "metadata": False}
    assert (read.network, read.d_steps, read.warmup_kimg) == ("residual", 1, 2.0)
    assert Setting(3, low=1, high=9).kind == "whole"


def facts(words, each, styles=0, side=32, channels=3):
    return PictureFacts({f"word{number}": each for number in range(words)}, side, channels, styles)


def test_what_the_pictures_decide_follows_from_how_many_there_are():
    assert settings_for_pictures(facts(10, 6000), 400.0) == {}
    assert settings_for_pictures(facts(6, 40), 400.0) == {"diffaugment": True}
    many, scarce = settings_for_pictures(facts(900, 60), 400.0), settings_for_pictures(facts(900, 8, styles=8), 90.0)
    assert many["neighbours"] > 0 and many["outside"] == 1.0 and "reconstruction" not in many
    assert scarce["reconstruction"] > 0 and scarce["pretrain_kimg"] == 30.0 and scarce["diffaugment"]


def test_what_the_pictures_decide_stands_below_what_is_given_and_is_said():
    pictures = facts(900, 8, styles=8)
    found = resolve({"data": "things", "jitter": 0.4, "kimg": 30}, preset="tiny", pictures=pictures)
    assert (found["jitter"], found["pretrain_kimg"], found["size"], found["neighbours"]) == (0.4, 10.0, 16, 8)
    config = config_for(found, pictures, 100)
    assert (config.c_dim, config.styles, config.resolution, config.channels) == (108, 8, 32, 3)
    sentence = explain_settings(pictures, config)
    assert sentence.startswith("For 900 words with 8.0 pictures each in 8 styles: ") and "neighbours 8" in sentence
    assert "jitter" not in sentence
    unconditional = resolve({"data": "things", "family": "dcgan"}, pictures=pictures)
    assert "neighbours" not in unconditional
    assert explain_settings(pictures, config_for(unconditional, pictures, 100)) == ""


def test_a_whole_number_is_a_number_too():
    config = TrainConfig(**TINY | {"data": "digits"} | {"beta1": 0, "kimg": 3, "jitter": 1})
    assert [type(one) for one in (config.beta1, config.kimg, config.jitter)] == [float] * 3
    assert config == TrainConfig(**TINY | {"data": "digits"} | {"beta1": 0.0, "kimg": 3.0, "jitter": 1.0})
    with pytest.raises(TrainingError, match="kimg is 1000"):
        TrainConfig(**TINY | {"data": "digits"} | {"kimg": 10**400})
