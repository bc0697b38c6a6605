// The training on show: what it is doing, what can be done to it, how it was set up, and why it ended.

// what: [name, title, in which states it is offered].
const DEEDS = {
  pause: ["Pause", "Saves what it learned and leaves the device to others", ["starting", "running"]],
  resume: ["Resume", "Goes on from what was saved last", ["paused", "failed", "lost", "finished"]],
  stop: ["Stop and keep", "Ends it here; the generator stays as it is", ["starting", "running", "paused", "lost"]],
  cancel: ["Cancel", "Takes it out of the queue", ["queued"]],
  delete: ["Delete", "Moves it to the trash folder, after a question", ["paused", "finished", "failed", "lost"]],
};

for (const [what, [name, title]] of Object.entries(DEEDS)) {
  const button = made("button", "gx-icon gx-labelled", name);
  [button.type, button.dataset.what, button.title] = ["button", what, title];
  find(".gt-deeds").append(button);
}
const toExplore = made("button", "gt-explore gx-icon gx-labelled gi-primary", "Open in Explore");
toExplore.type = "button";
find(".gt-deeds").prepend(toExplore);

// What the list says of the job on show.
function showLine() {
  const line = watched && lineOf(watched.name);
  if (!watched) return;
  put(find(".gt-title"), watched.name);
  find(".gt-panel[data-of=job]").dataset.state = line?.state ?? "";
  find(".gt-deeds").hidden = !line;
  put(find(".gt-panel[data-of=job] .gt-state"), line ? stateOf(line) : "");
  if (!line) return;
  showBar(find(".gt-panel[data-of=job] .gt-progress"), line);
  const facts = howFar(line);
  if (line.seconds) facts.push(`${span(line.seconds)} of work`);
  if (line.device) facts.push(line.device.toUpperCase());
  if (line.memory) facts.push(`${Math.round(line.memory).toLocaleString("en")} MB`);
  put(find(".gt-facts"), facts.join(" · "));
  put(find(".gt-reason"), line.reason);
  find(".gt-reason").hidden = !line.reason;
  notes(find(".gt-changed"), line.changed);
  const spent = line.kimg >= line.budget;
  for (const button of find(".gt-deeds").querySelectorAll("[data-what]")) {
    const { what } = button.dataset;
    const idle = (what === "resume" && line.state === "finished" && spent) || (what === "stop" && line.ended && !line.explorable);
    const fits = DEEDS[what][2].includes(line.state) && !idle;
    button.hidden = !fits || readOnly();
    button.disabled = line.leaving;
  }
  showLonger(line);
  toExplore.hidden = !line.explorable;
  toExplore.title = line.ended ? "Draw with this generator" : "Draw with what it saved last, while it goes on training";
}

function notes(list, sentences) {
  children(list, sentences.length, () => made("li")).forEach((node, i) => put(node, sentences[i]));
  list.hidden = !sentences.length;
}

// A number that somebody is typing, or has typed for this training, stays.
function showLonger(line) {
  const [form, field] = [find(".gt-longer"), find(".gt-longer-kimg")];
  form.hidden = !line.ended || !line.explorable || readOnly();
  if (field.dataset.of !== `${line.name} ${line.budget}`) {
    field.dataset.of = `${line.name} ${line.budget}`;
    field.min = line.budget;
    field.value = Number((1.5 * line.budget).toPrecision(3));
  }
}

find(".gt-longer").addEventListener("submit", (event) => {
  event.preventDefault();
  act(watched.name, "resume", Number(find(".gt-longer-kimg").value));
});

// What the app told of it beside that.
async function hearOf(news) {
  const line = lineOf(watched.name);
  const { after, seen, record, sheets, rows, live } = news;
  if (news.anew) Object.assign(watched, { points: [], coverage: [], collapsed: [] });
  Object.assign(watched, { after, record, sheets, rows, live });
  joined("points", news.points);
  joined("coverage", news.coverage);
  watched.collapsed = news.collapsed ?? watched.collapsed;
  showAbout(news.about);
  const box = find(".gt-log-box");
  if (box.hidden && news.log) box.open = true;
  box.hidden = !news.log;
  put(find(".gt-log"), news.log);
  if (news.anew || news.points.length || news.coverage.length || !watched.drawn) showCurves();
  watched.drawn = true;
  if (news.jpeg) watched.newest = decoded(news.jpeg, "image/jpeg");
  watched.seen = seen;
  showScrub();
  if (watched.newest && watched.at === null && (news.jpeg || !watched.painted)) await paintNewest();
  else showSheetNames();
  const waits = find(".gt-waiting");
  waits.hidden = Boolean(watched.newest);
  put(waits, line?.ended ? "It drew no sheet." : line?.state === "queued" ? "It waits for its turn; its first sheet comes when it begins."
    : "Its first sheet is on the way: the pictures are being read.");
}

// Rows begin with the pictures seen then; the last one may come twice.
function joined(field, rows) {
  if (!rows.length) return;
  watched[field] = [...watched[field].filter(([seen]) => seen < rows[0][0]), ...rows];
  if (watched[field].length > 1500) watched[field] = watched[field].filter((_, i, all) => i % 2 === 0 || i > all.length - 3);
}

function showAbout({ data, space, preview, dials }) {
  find(".gt-about").hidden = !dials.length;
  const rows = [["pictures", data], ["word space", space], ["preview words", preview.join(", ") || "none"], ...dials];
  const list = find(".gt-about-list");
  children(list, 2 * rows.length, () => made(list.children.length % 2 ? "dd" : "dt"));
  rows.forEach(([name, value], i) => {
    put(list.children[2 * i], name);
    put(list.children[2 * i + 1], value);
  });
}

async function act(name, what, kimg) {
  const reply = await server.act({ name, what, kimg }).catch(() => null);
  tell(reply?.ok ? "" : (reply?.message ?? GONE));
  poll();
}

// --- asking first ----------------------------------------------------------------------------------------------------

const dialog = find(".gt-ask-dialog");
let doomed = null;

function askFirst(name) {
  doomed = name;
  put(find("#gt-ask-title"), `Delete ${name}?`);
  put(find(".gt-ask-say"), "Its generator, its sheets and its record move to the trash folder beside the trainings. From there, only hands can bring them back.");
  dialog.showModal();
}

find(".gt-ask-yes").addEventListener("click", () => {
  dialog.close();
  act(doomed, "delete");
});
dialog.querySelector(".gx-close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close(); // the backdrop
});

find(".gt-deeds").addEventListener("click", (event) => {
  const what = event.target.closest("[data-what]")?.dataset.what;
  if (what === "delete") askFirst(watched.name);
  else if (what) act(watched.name, what);
});
toExplore.addEventListener("click", async () => {
  const reply = await server.explore({ name: watched.name }).catch(() => null);
  if (!reply?.ok) return tell(reply?.message ?? GONE);
  // The page opens anew, and with it whatever another tab drew with an older save.
  const query = new URLSearchParams({ w: reply.word, c: reply.generator });
  const theme = new URLSearchParams(location.search).get("__theme");
  if (theme) query.set("__theme", theme);
  location.assign(`?${query}`);
});
