"""What a page of the app may ask for: the generator itself as a page."""

import asyncio
import base64
import json
import re

import pytest
from app_requests import TAB, answering_for
from tiny_checkpoint import publish_tiny

from explorer.app.explore.tab import ExploreTab


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    return publish_tiny(tmp_path_factory.mktemp("made") / "mine")


def ask(tab, **fields):
    return asyncio.run(tab.export({"tab": TAB, **fields}))


def test_the_app_gives_a_page_without_a_path(mine, monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    reply = ask(ExploreTab(answering_for(mine)), c="")
    page = base64.b64decode(reply["file"]).decode()
    assert json.loads(re.search(r'id="facts">(.*?)</script>', page)[1])["checkpoint"] == "mine"
    assert str(mine.parent) not in page


@pytest.mark.parametrize("fields", [{"c": "nothing-there"}, {"c": 7}, {"w": "boots"}, {"c": "x" * 999}])
def test_odd_requests_are_refused(mine, fields):
    reply = ask(ExploreTab(answering_for(mine)), **fields)
    assert reply["ok"] is False and 10 < len(reply["message"]) < 300


def test_an_app_for_the_public_gives_nothing_away(mine):
    reply = ask(ExploreTab(answering_for(mine, read_only=True)), c="")
    assert reply["ok"] is False and "switched off" in reply["message"]
