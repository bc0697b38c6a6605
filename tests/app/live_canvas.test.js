import assert from "node:assert/strict";
import { test } from "node:test";

import { livePicture } from "../../explorer/app/shared/web/live_canvas.js";

globalThis.createImageBitmap = async () => /** @type {any} */ ({});
globalThis.CustomEvent ??= class extends Event {};

/** A live picture whose replies are given by hand. */
function picture() {
  const [sent, painted, refused, slow] = [[], [], [], []];
  const live = livePicture({
    canvas: /** @type {any} */ (new EventTarget()),
    draw: (request) => new Promise((answer, fail) => sent.push({ request, answer, fail })),
    paint: () => {},
    painted: (_, request) => painted.push(request),
    refused: (reply) => refused.push(reply.message),
    waiting: (isSlow) => slow.push(isSlow),
  });
  const answer = async (i, reply = { ok: true, png: "" }) => {
    sent[i].answer(reply);
    await new Promise((next) => setTimeout(next, 5));
  };
  return { live, sent, painted, refused, slow, answer };
}

test("two requests are under way, and of the others only the newest is sent", async () => {
  const { live, sent, painted, answer } = picture();
  for (const request of [1, 2, 3, 4]) live.update(request);
  assert.deepEqual(sent.map(({ request }) => request), [1, 2]);
  await answer(0);
  await answer(1);
  assert.deepEqual(sent.map(({ request }) => request), [1, 2, 4]);
  await answer(2);
  assert.deepEqual(painted, [1, 2, 4]);
});

test("a reply that comes after a newer one is dropped", async () => {
  const { live, painted, refused, answer } = picture();
  live.update(1);
  live.update(2);
  await answer(1);
  await answer(0, /** @type {any} */ ({ ok: false, message: "too late" }));
  assert.deepEqual([painted, refused], [[2], []]);
});

test("the last request is sent again when it was lost", async () => {
  const { live, sent, painted, answer } = picture();
  live.update(1);
  await answer(0, /** @type {any} */ ({ ok: false, kind: "stale", message: "" }));
  await new Promise((next) => setTimeout(next, 300));
  assert.deepEqual(sent.map(({ request }) => request), [1, 1]);
  await answer(1);
  assert.deepEqual(painted, [1]);
});
