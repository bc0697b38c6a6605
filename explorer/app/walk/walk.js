// The Walk tab: its state with its twin in the address bar, its three views, and the film.

const find = (selector) => element.querySelector(selector);
const root = find(".gx-walk");
const VIEWS = {
  film: "Words and pictures, and the way from each to the next. One word alone passes nine random points of the noise.",
  pad: "Drag: the pictures follow. Between four words, or around the present noise.",
  turn: "Mark two groups of pictures, say flat soles and heels: from the mean of one to that of the other leads an axis to turn along.",
  codes: "All these pictures share their noise: one of two codes grows to the right, the other downwards.",
};
const MOST_STOPS = 9;
const NO_WORDS = "This generator hears no words: only its noise walks.";
const GENERAL = { film: ["sneakers", "boots"], pad: ["sneakers", "boots", "dress", "coat"], turn: "boots" };

const query = new URLSearchParams(location.search);
const one = (name, allowed, otherwise) => (allowed.includes(query.get(name)) ? query.get(name) : otherwise);
const text = (name, otherwise) => (query.get(name) ?? otherwise).slice(0, 200);
const own = page.tab === "walk" && query.get("tab") === "walk"; // else the address is still another tab's
const stopsGiven = query.getAll("stop").slice(0, MOST_STOPS).map((stop) => stop.slice(0, 230));
const cornersGiven = query.getAll("corner").slice(0, 4).map((corner) => corner.slice(0, 200));
const state = {
  view: one("view", Object.keys(VIEWS), "film"),
  stops: stopsGiven.length ? stopsGiven : null, // null: what the generator's own examples say
  s: seedFrom(query.get("s") ?? "") ?? "0",
  psi: between(query.get("psi"), 0, 1.5, 1),
  over: one("over", ["words", "z", "both"], ""),
  way: one("way", ["linear"], "spherical"),
  n: one("n", ["1", "4"], "16"),
  frames: one("frames", ["12", "48", "96"], "24"),
  loop: query.get("loop") === "1",
  fps: Math.round(between(query.get("fps"), 2, 60, 12)),
  pingpong: query.get("pp") === "1",
  f: Math.round(between(query.get("f"), 0, 95, 0)),
  kind: one("pad", ["noise"], "words"),
  corners: cornersGiven.length === 4 ? cornersGiven : null,
  x: between(query.get("x"), 0, 1, 0.5),
  y: between(query.get("y"), 0, 1, 0.5),
  axes: seedFrom(query.get("axes") ?? "") ?? "0",
  w: own ? text("w", "") : "",
  from: tileNamesFrom(query.get("from"), 32),
  to: tileNamesFrom(query.get("to"), 32),
  amount: between(query.get("amount"), -2, 2, 0),
  right: Math.round(between(query.get("right"), 0, 64, 0)), // the code that grows to the right, from 1; 0: the usual one
  down: Math.round(between(query.get("down"), 0, 64, 0)),
  k: codesFrom(query.get("k")),
};

function fields() {
  const written = [["view", state.view], ["s", state.s]].filter(([, value]) => value !== "film" && value !== "0");
  const add = (name, value, usual) => {
    if (value !== usual) written.push([name, value]);
  };
  add("psi", state.psi, 1);
  if (state.view === "film") {
    for (const stop of state.stops ?? []) written.push(["stop", stop]);
    add("over", state.over, "");
    add("way", state.way, "spherical");
    add("n", state.n, "16");
    add("frames", state.frames, "24");
    if (state.loop) written.push(["loop", 1]);
    add("fps", state.fps, 12);
    if (state.pingpong) written.push(["pp", 1]);
    add("f", state.f, 0);
  }
  if (state.view === "pad") {
    add("pad", state.kind, "words");
    if (state.kind === "words") for (const corner of state.corners ?? []) written.push(["corner", corner]);
    else written.push(["w", state.w]), add("axes", state.axes, "0");
    add("x", state.x, 0.5);
    add("y", state.y, 0.5);
  }
  if (state.view === "turn") {
    written.push(["w", state.w]);
    if (state.from.length) written.push(["from", state.from.join(",")]);
    if (state.to.length) written.push(["to", state.to.join(",")]);
    add("amount", state.amount, 0);
  }
  if (state.view === "codes") {
    add("right", state.right, 0);
    add("down", state.down, 0);
    add("k", state.k.join(","), "");
  }
  return written;
}

const FIELDS = ["view", "stop", "s", "psi", "over", "way", "n", "frames", "loop", "fps", "pp", "f", "pad", "corner", "x", "y", "axes", "w", "from", "to", "amount", "right", "down", "k"];
const remember = addressBar("walk", FIELDS, fields);
const trouble = troubles(root, replaceWord);
const slow = (isSlow) => root.classList.toggle("gx-slow", isSlow);
let saying = null;

function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => put(find(".gx-status"), text), 700);
}

function refused(reply) {
  trouble.show(reply, root.querySelectorAll(".gx-view:not([hidden]) .gx-box"));
}

function drawn(reply) {
  trouble.hide();
  root.dataset.state = "drawn";
  showDevice(reply);
}

// --- the film ----------------------------------------------------------------------------------------------------------

const player = filmPlayer(find(".gx-screen"), (frame) => {
  const scrub = find(".gx-scrub");
  scrub.value = frame;
  fill(scrub);
  put(find(".gx-at"), `${frame + 1} / ${player.reel.reply.frames}`);
  course.at(frame);
  if (!player.playing) [state.f, frame] = [frame, remember()];
});
const course = courseChart(find(".gx-course"), scrubTo);
const film = livePicture({ canvas: find(".gx-screen"), draw: server.film, paint: () => {}, painted: showFilm, refused, waiting: slow });
const filmBox = newMailbox();
let fresh = state.f; // the frame to begin with, of the address

function filmAsk() {
  const { stops, s, psi, way, loop } = state;
  const ask = { tab: filmBox, c: page.generator, stops, s, psi, way, loop, n: Number(state.n), frames: Number(state.frames) };
  return overs().includes(state.over) ? { ...ask, over: state.over } : ask;
}

// What may change on the way, given the stops.
function overs() {
  const pictured = state.stops.some((stop) => PICTURE.test(stop));
  if (pictured) return ["words", "z", "both"];
  return state.stops.length === 1 ? ["both"] : ["words", "both"];
}

function showFilm(reply, ask) {
  drawn(reply);
  find(".gx-scrub").max = reply.frames - 1;
  player.load(reply.bitmap, reply);
  if (fresh) [player.show(fresh), (fresh = 0)];
  const names = reply.stops.length === ask.stops.length ? ask.stops.map((stop) => stop.replace(PICTURE, "$1")) : reply.stops.map((_, i) => String(i + 1));
  course.load(reply, reply.bitmap, names);
  course.at(player.frame);
  showThumbs(reply, ask);
  describe(find(".gx-screen"), `Film of ${reply.frames} frames: ${names.join(", then ")}`);
  say(`${reply.frames} frames. ${storyOf(reply)}`);
}

function scrubTo(frame) {
  play(false);
  player.show(frame);
}

function play(on) {
  player.play(on);
  const button = find(".gx-play");
  button.ariaPressed = String(player.playing);
  describe(button, player.playing ? "Pause" : "Play");
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
  fill(find(".gx-fps"));
  put(find(".gx-fps-out"), `${state.fps} / s`);
  remember();
}

find(".gx-keep").addEventListener("click", async (event) => {
  const { file } = event.target.closest("[data-file]")?.dataset ?? {};
  if (!file) return;
  put(find(".gx-keeping"), "Writing the file");
  const reply = await server.film({ ...filmAsk(), tab: `${filmBox}.save`, kind: file, fps: state.fps, pingpong: state.pingpong });
  put(find(".gx-keeping"), reply?.ok ? "" : reply?.message ?? "The film could not be kept; try again.");
  if (reply?.ok) saveBlob(decoded(reply.file, MIME[file]), fileName(state.stops.join("-to-"), state.s, file));
});
const MIME = { gif: "image/gif", webp: "image/webp", mp4: "video/mp4", png: "image/png" };

// --- the views ---------------------------------------------------------------------------------------------------------

const show = {
  view: choice(find(".gx-views"), (view) => set({ view })),
  over: choice(find(".gx-over"), (over) => set({ over })),
  way: choice(find(".gx-way"), (way) => set({ way })),
  n: choice(find(".gx-count"), (n) => set({ n })),
  frames: choice(find(".gx-frames"), (frames) => set({ frames })),
  kind: choice(find(".gx-kind"), (kind) => set({ kind })),
};

function set(fields) {
  Object.assign(state, fields);
  changed();
}

for (const button of root.querySelectorAll(".gx-view .gx-shuffle")) button.addEventListener("click", () => set({ s: randomSeed() }));

function changed() {
  root.dataset.view = state.view;
  put(find(".gx-what"), page.deaf && state.view !== "codes" ? `${VIEWS[state.view]} ${NO_WORDS}` : VIEWS[state.view]);
  find(".gx-views [data-value=codes]").hidden = !page.offer?.codes.length;
  for (const view of root.querySelectorAll(".gx-view")) view.hidden = view.dataset.of !== state.view;
  show.view(state.view);
  trouble.hide();
  if (state.view === "film") {
    find(".gx-over").parentElement.hidden = page.deaf;
    const allowed = overs();
    const usual = allowed.includes("z") || allowed.length === 1 ? "both" : "words";
    show.over(allowed.includes(state.over) ? state.over : usual);
    for (const button of find(".gx-over").children) button.disabled = !allowed.includes(button.dataset.value);
    for (const name of ["way", "frames"]) show[name](state[name]);
    const pictured = allowed.includes("z"); // chosen pictures walk alone
    show.n(pictured ? "1" : state.n);
    for (const button of find(".gx-count").children) button.disabled = pictured;
    find(".gx-loop").checked = state.loop;
    showStops();
    film.want(filmAsk());
  }
  if (state.view === "pad") padChanged();
  if (state.view === "turn") turnChanged();
  if (state.view === "codes") codesChanged();
  remember();
}

// The word that no generator knows, in the view where it was typed.
function replaceWord(word, other) {
  if (!word) return;
  if (state.view === "film") state.stops = state.stops.map((stop) => replacedIn(stop, word, other));
  else if (state.view === "pad" && padKind() === "words") state.corners = state.corners.map((corner) => replacedIn(corner, word, other));
  else state.w = replacedIn(state.w, word, other);
  changed();
}
