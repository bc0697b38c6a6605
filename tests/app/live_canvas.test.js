import assert from "node:assert/strict";
import { test } from "node:test";

import { livePicture } from "../../explorer/app/shared/web/live_canvas.js";

globalThis.createImageBitmap = async () => /** @type {any} */ ({});
globalThis.CustomEvent ??= class extends Event {};

const GRID = { ok: true, png: "", tile: [1, 1], count: 1, columns: 1 };

/** A live picture whose replies are given by hand. */
function picture() {
  const [sent, painted, refused, slow, asked, told] = [[], [], [], [], [], []];
  const live = livePicture({
    canvas: /** @type {any} */ (new EventTarget()),
    draw: (request) => new Promise((answer, fail) => sent.push({ request, answer, fail })),
    paint: () => {},
    painted: (_, request) => painted.push(request),
    refused: (reply) => refused.push(reply.message),
    waiting: (isSlow) => slow.push(isSlow),
    about: ({ tab }) => new Promise((reply) => asked.push({ tab, reply })),
    told: (reply, request) => told.push([reply.text, request.tab]),
  });
  const answer = async (i, reply = /** @type {any} */ (GRID)) => {
    sent[i].answer(reply);
    await new Promise((next) => setTimeout(next, 5));
  };
  return { live, sent, painted, refused, slow, answer, asked, told };
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

test("what is said of a picture is asked for when no other is on its way", async () => {
  const { live, asked, told, answer } = picture();
  for (const tab of ["a", "b", "c"]) live.update({ tab });
  await answer(0);
  await answer(1);
  assert.deepEqual(asked, []);
  await answer(2);
  assert.deepEqual(asked.map(({ tab }) => tab), ["c.about"]);
  live.update({ tab: "d" });
  await answer(3);
  asked[0].reply({ ok: true, text: "of c" }); // too late: d is on show
  asked[1].reply({ ok: true, text: "of d" });
  await new Promise((next) => setTimeout(next, 5));
  assert.deepEqual(told, [["of d", "d"]]);
});
