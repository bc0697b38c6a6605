"""The Map tab: words in a plane, a thumbnail each, and any place between them drawn while the hand moves.

A tab of its own and no view of Explore: a map wants the width of the page beside the pictures, asks for thumbnails for
as long as it is looked at, and costs nothing until it is opened.

Maps are arranged by workers of their own, so that nobody's pictures wait for a t-SNE; a map by PCA, which is quick,
does not wait for one either.
"""

from typing import TYPE_CHECKING, Any

from explorer.app.map.replies import map_reply, thumbnails_reply
from explorer.app.map.request import (
    MapRequest,
    PlaceRequest,
    ThumbnailsRequest,
    read_map_request,
    read_place_request,
    read_thumbnails_request,
)
from explorer.app.shared.answering import Answering
from explorer.app.shared.component import component
from explorer.app.shared.public_names import named
from explorer.app.shared.recent import Recent
from explorer.app.shared.replies import nearest_reply, tiles_reply
from explorer.app.shared.worker import RenderWorker, Stale

if TYPE_CHECKING:
    from explorer.explore import Studio
    from explorer.explore.map.word_map import WordMap

MOST_MAPS = 64  # remembered: the last of every visitor; some hundred kilobytes each


class MapTab:
    """One app's Map tab."""

    def __init__(self, answering: Answering):
        self._answering = answering
        self._arrangers = {"pca": RenderWorker(), "tsne": RenderWorker()}
        self._maps: Recent[WordMap | None] = Recent(MOST_MAPS)

    def place(self) -> None:
        """Put the tab into the `gr.Blocks` that is open."""
        component("map", {"arrange": self.arrange, "live": self.live, "thumbnails": self.thumbnails})

    async def arrange(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: a map, or why there is none (`kind` is `wordless` for a generator that takes no
        words). Never raises."""
        try:
            request = self._answering.read(raw, read_map_request)
        except Exception as error:
            return self._answering.error_reply(error)
        return await self._arranged(request)

    async def live(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: sixteen pictures of a place on a map, and the words nearest to it. Never raises."""
        try:
            request = self._answering.read(raw, read_place_request)
        except Exception as error:
            return self._answering.error_reply(error)
        if self._maps.get(request.map.key) is None:
            arranged = await self._arranged(request.map)
            if not arranged["ok"]:
                return arranged
        return await self._answering.reply(request, self._picture)

    async def thumbnails(self, raw: Any) -> dict[str, Any]:
        """The reply to one request: a thumbnail of each of some words. Never raises."""
        return await self._answering.answer(raw, read_thumbnails_request, self._thumbnails)

    async def _arranged(self, request: MapRequest) -> dict[str, Any]:
        try:
            # The studio is made by the render worker, which may still be at it.
            studio = await self._answering.draw(f"{request.tab}.begin", self._answering.studio.get)
        except Exception as error:
            return self._answering.error_reply(error)
        worker = self._arrangers[request.method]
        return await self._answering.reply(request, lambda request: self._arrange(studio, request), worker)

    def _arrange(self, studio: "Studio", request: MapRequest) -> dict[str, Any]:
        from explorer.explore import word_map
        from explorer.explore.map.arrangement import NoWords

        keep = not self._answering.read_only
        try:
            with studio.pinned():
                found = word_map(studio, request.source, request.typed, request.recent, request.method, keep)
        except NoWords as error:
            return self._answering.error_reply(error) | {"kind": "wordless"}
        self._maps.put(request.key, found)
        return map_reply(found, request.typed)

    def _picture(self, request: PlaceRequest) -> dict[str, Any]:
        studio, key = self._answering.studio.get(), request.map.key
        found = self._maps.get(key)
        if found is None or not found.fits(studio.checkpoint(request.spec.checkpoint)):
            self._maps.put(key, None)  # a training published the generator anew
            raise Stale  # the page asks again
        spec = found.spec_at(request.spec, request.x, request.y)
        picture = named(studio.render(spec, read=False), request.map.name)
        word = spec.condition if isinstance(spec.condition, str) else None
        near = {"nearest": nearest_reply(picture.nearest), "far": picture.familiarity.sentence}
        return tiles_reply(picture, request.save) | near | {"word": word, "device": studio.device.upper()}

    def _thumbnails(self, request: ThumbnailsRequest) -> dict[str, Any]:
        from explorer.explore.map.thumbnails import draw_thumbnails

        if self._answering.worker.waits(request.tab.partition(".")[0]):
            raise Stale  # the pictures under the hand come first; the page asks again
        specs, tiles = draw_thumbnails(self._answering.studio.get(), request.spec, request.words)
        return thumbnails_reply([spec.replace(checkpoint=request.name) for spec in specs], tiles)
