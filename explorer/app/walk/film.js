// @ts-check
// The film: its stops, its frames and their course.

import { fillTrack, setLabel, setText } from "../shared/web/dom.js";
import { saveBlob, withPage } from "../shared/web/downloads.js";
import { heartBeside } from "../shared/web/heart.js";
import { decodeBlob, livePicture } from "../shared/web/live_canvas.js";
import { newMailbox, page } from "../shared/web/page.js";
import { fileName } from "../shared/web/parse.js";
import { OPEN } from "../shared/web/style.js";
import { courseChart, courseSentence } from "./course_chart.js";
import { filmPlayer } from "./film_player.js";
import { ownPictures } from "./own_pictures.js";
import { FOUND, nameOf, PICTURE, walkStyles } from "./state.js";
import { stopCards } from "./stops.js";

const MIME = { gif: "image/gif", webp: "image/webp", mp4: "video/mp4", png: "image/png" };

/** @param {Walk} walk */
export function filmView({ find, server, state, changed, remember, showDrawn, refused, showSlow, announce, drawnNow }) {
  const player = filmPlayer(find(".gx-screen"), (frame) => {
    const scrub = find(".gx-scrub");
    scrub.value = frame;
    fillTrack(scrub);
    setText(find(".gx-at"), `${frame + 1} / ${player.reel.reply.frames}`);
    course.at(frame);
    if (player.playing) return;
    state.f = frame;
    remember();
  });
  const course = courseChart(find(".gx-course"), scrubTo, (label) => page.nameOf(label));
  const cards = stopCards({ find, server, state, changed, drawnNow });
  const own = ownPictures({ find, server, state, changed });
  const film = livePicture({ canvas: find(".gx-screen"), draw: server.film, paint: () => {}, painted: showFilm, refused, waiting: showSlow });
  const mailbox = newMailbox();
  let fresh = state.f; // the frame to begin with, of the address

  function filmRequest() {
    const { stops, s, way, loop } = state;
    /** @type {any} */
    const request = { tab: mailbox, c: page.generator, stops, s, ...drawnNow(), way, loop, n: Number(state.n), frames: Number(state.frames) };
    const styles = page.offer && !page.styles.length ? [] : walkStyles(state);
    delete request.style;
    if (state.stops.some((stop) => FOUND.test(stop))) delete request.k; // a found picture has its own
    if (styles.length === 1) request.style = styles[0];
    else if (styles.length) request.styles = styles;
    return overChoices().includes(state.over) ? { ...request, over: state.over } : request;
  }

  // What may change on the way, given the stops.
  function overChoices() {
    const pictured = state.stops.some((stop) => PICTURE.test(stop) || FOUND.test(stop));
    if (pictured) return ["words", "z", "both"];
    return state.stops.length === 1 ? ["both"] : ["words", "both"];
  }

  function showFilm(reply, request) {
    showDrawn(reply);
    find(".gx-scrub").max = reply.frames - 1;
    player.load(reply.bitmap, reply);
    if (fresh) player.show(fresh);
    fresh = 0;
    const names = reply.stops.length === request.stops.length ? request.stops.map((stop, i) => (nameOf(stop) || PICTURE.exec(stop)?.[2] || page.subject("")) + (request.styles ? ` · ${request.styles[i] || OPEN}` : "")) : reply.stops.map((_, i) => String(i + 1));
    course.load(reply, reply.bitmap, names);
    course.at(player.frame);
    cards.showThumbs(reply, request);
    setLabel(find(".gx-screen"), `${reply.frames} frames: ${names.join(", then ")}`);
    announce(`${reply.frames} frames. ${courseSentence(reply)}`);
  }

  function scrubTo(frame) {
    play(false);
    player.show(frame);
  }

  function play(on) {
    player.play(on);
    const button = find(".gx-play");
    button.ariaPressed = String(player.playing);
    setLabel(button, player.playing ? "Pause" : "Play");
  }

  find(".gx-scrub").addEventListener("input", (event) => scrubTo(Number(event.target.value)));
  find(".gx-play").addEventListener("click", () => play(!player.playing));
  find(".gx-screen").addEventListener("click", () => play(!player.playing));
  find(".gx-fps").addEventListener("input", (event) => {
    state.fps = Number(event.target.value);
    showPace();
  });
  find(".gx-pingpong").addEventListener("change", (event) => {
    state.pingpong = event.target.checked;
    showPace();
  });
  find(".gx-loop").addEventListener("change", (event) => {
    state.loop = event.target.checked;
    changed();
  });

  function showPace() {
    Object.assign(player.pace, { fps: state.fps, pingpong: state.pingpong });
    [find(".gx-fps").value, find(".gx-pingpong").checked] = [state.fps, state.pingpong];
    fillTrack(find(".gx-fps"));
    setText(find(".gx-fps-out"), `${state.fps} / s`);
    remember();
  }

  find(".gx-keep").addEventListener("click", async (event) => {
    const { file } = event.target.closest("[data-file]")?.dataset ?? {};
    if (!file) return;
    setText(find(".gx-keeping"), "Writing the file");
    const reply = await server.film({ ...filmRequest(), tab: `${mailbox}.save`, kind: file, fps: state.fps, pingpong: state.pingpong });
    setText(find(".gx-keeping"), reply?.ok ? "" : reply?.message ?? "The file could not be made; try again.");
    const blob = reply?.ok ? decodeBlob(reply.file, MIME[file]) : null;
    const names = state.stops.map((stop) => (FOUND.test(stop) ? nameOf(stop) : stop || page.subject("")));
    if (blob) saveBlob(file === "png" ? await withPage(blob) : blob, fileName(names.join("-to-"), state.s, { psi: state.psi, generator: page.generator || page.menu?.default, kind: file }));
  });

  // A film is kept as its strip, which holds the whole walk.
  const drawStrip = ({ save, ...request }) => server.film({ ...request, kind: "png" });
  heartBeside(find(".gx-keep [data-file=png]"), () => (player.reel ? { draw: drawStrip, request: filmRequest() } : null), announce);

  return {
    /** the address says another state */
    restored() {
      play(false);
      fresh = state.f;
      if (!fresh) player.show(0);
      showPace();
    },
    overChoices,
    forgetOwn: own.forget,
    showPace,
    show() {
      cards.show();
      film.update(filmRequest());
    },
  };
}
