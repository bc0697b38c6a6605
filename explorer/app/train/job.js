// @ts-check
// The training on show: what it is doing, what can be done to it, how it was set up, and why it ended.

import { createNode, ensureChildren, GONE, setText, showNotes } from "../shared/web/dom.js";
import { decodeBlob } from "../shared/web/live_canvas.js";
import { showInvalid } from "../shared/web/invalid.js";
import { openExplore } from "../shared/web/page.js";
import { curvesPanel } from "./curves.js";
import { howFar, span, stateOf } from "./facts.js";
import { showBar } from "./jobs.js";
import { sheetPanel } from "./sheet.js";

/** @type {Record<string, [string, string, string[]]>} what: [name, title, in which states it is offered] */
const ACTIONS = {
  pause: ["Pause", "Saves what it learned and leaves the device to others", ["starting", "running"]],
  resume: ["Resume", "Goes on from what was saved last", ["paused", "failed", "lost", "finished"]],
  stop: ["Stop and keep", "Ends it here; the generator stays as it is", ["starting", "running", "paused", "lost"]],
  cancel: ["Cancel", "Takes it out of the queue", ["queued"]],
  delete: ["Delete", "Moves it to the trash folder, after a question", ["paused", "finished", "failed", "lost"]],
};

/** @param {Train} train */
export function jobPanel(train) {
  const { find, server, poll, showError } = train;
  const [sheet, curves] = [sheetPanel(train), curvesPanel(train)];
  for (const [what, [name, title]] of Object.entries(ACTIONS)) {
    const button = createNode("button", "gx-icon gx-labelled", name);
    [button.type, button.dataset.what, button.title] = ["button", what, title];
    find(".gt-actions").append(button);
  }
  const toExplore = createNode("button", "gt-explore gx-icon gx-labelled gi-primary", "Open in Explore");
  toExplore.type = "button";
  find(".gt-actions").prepend(toExplore);

  // What the list says of the job on show.
  function showLine() {
    const line = train.watched && train.lineOf(train.watched.name);
    if (!train.watched) return;
    setText(find(".gt-title"), train.watched.name);
    find(".gt-panel[data-of=job]").dataset.state = line?.state ?? "";
    find(".gt-actions").hidden = !line;
    setText(find(".gt-panel[data-of=job] .gt-state"), line ? stateOf(line) : "");
    if (!line) return;
    showBar(find(".gt-panel[data-of=job] .gt-progress"), line);
    const facts = howFar(line);
    if (line.seconds) facts.push(`${span(line.seconds)} of work`);
    if (line.device) facts.push(line.device.toUpperCase());
    if (line.memory) facts.push(`${Math.round(line.memory).toLocaleString("en")} MB`);
    setText(find(".gt-facts"), facts.join(" · "));
    setText(find(".gt-reason"), line.reason);
    find(".gt-reason").hidden = !line.reason;
    showNotes(find(".gt-changed"), line.changed);
    const spent = line.kimg >= line.budget;
    for (const button of find(".gt-actions").querySelectorAll("[data-what]")) {
      const { what } = button.dataset;
      const idle = (what === "resume" && line.state === "finished" && spent) || (what === "stop" && line.ended && !line.explorable);
      const fits = ACTIONS[what][2].includes(line.state) && !idle;
      button.hidden = !fits || train.readOnly();
      button.disabled = line.leaving;
    }
    showLonger(line);
    toExplore.hidden = !line.explorable;
    toExplore.title = line.ended ? "Draw with this generator" : "Draw with what it saved last, while it goes on training";
  }

  // A number that somebody is typing, or has typed for this training, stays.
  function showLonger(line) {
    const [form, field] = [find(".gt-longer"), find(".gt-longer-kimg")];
    form.hidden = !line.ended || !line.explorable || train.readOnly();
    if (field.dataset.of !== `${line.name} ${line.budget}`) {
      field.dataset.of = `${line.name} ${line.budget}`;
      field.min = line.budget;
      field.value = Number((1.5 * line.budget).toPrecision(3));
    }
  }

  find(".gt-longer-kimg").addEventListener("input", ({ target }) => {
    const fits = target.value !== "" && target.checkValidity();
    showInvalid(target, fits ? "" : `A training that goes on has more than its ${Number(target.min).toLocaleString("en")} kimg.`);
  });
  find(".gt-longer").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!find(".gt-longer-kimg").checkValidity()) return find(".gt-longer-kimg").focus();
    act(train.watched.name, "resume", Number(find(".gt-longer-kimg").value));
  });

  // What the app says of it beside that.
  async function receive(news) {
    const line = train.lineOf(train.watched.name);
    const { after, seen, record, sheets, rows, sheet: sheetSays, classes, live } = news;
    if (news.anew) Object.assign(train.watched, { points: [], coverage: [], collapsed: [] });
    Object.assign(train.watched, { after, record, sheets, rows, sheetSays, classes, live });
    append("points", news.points);
    append("coverage", news.coverage);
    train.watched.collapsed = news.collapsed ?? train.watched.collapsed;
    showAbout(news.about);
    const box = find(".gt-log-box");
    if (box.hidden && news.log) box.open = true;
    box.hidden = !news.log;
    setText(find(".gt-log"), news.log);
    if (news.anew || news.points.length || news.coverage.length || !train.watched.drawn) curves.show();
    train.watched.drawn = true;
    if (news.jpeg) train.watched.newest = decodeBlob(news.jpeg, "image/jpeg");
    train.watched.seen = seen;
    sheet.showScrub();
    if (train.watched.newest && train.watched.at === null && (news.jpeg || !train.watched.painted)) await sheet.paintNewest();
    else sheet.showNames();
    const waits = find(".gt-waiting");
    waits.hidden = Boolean(train.watched.newest);
    setText(waits, sheetComes(line));
  }

  // When its first sheet comes.
  function sheetComes(line) {
    if (!line) return "";
    if (line.state === "queued") return "It is queued; its first sheet comes when it begins.";
    if (line.state === "paused") return "It is paused and has drawn no sheet yet.";
    return line.ended ? "It drew no sheet." : "Its first sheet is on the way: the pictures are being read.";
  }

  // Rows begin with the pictures seen then; the last one may come twice.
  function append(field, rows) {
    if (!rows.length) return;
    train.watched[field] = [...train.watched[field].filter(([seen]) => seen < rows[0][0]), ...rows];
    if (train.watched[field].length > 1500) train.watched[field] = train.watched[field].filter((_, i, all) => i % 2 === 0 || i > all.length - 3);
  }

  function showAbout({ data, space, preview, settings }) {
    find(".gt-about").hidden = !settings.length;
    const rows = [["pictures", data], ["word space", space], ["preview words", preview.join(", ") || "none"], ...settings];
    const list = find(".gt-about-list");
    ensureChildren(list, 2 * rows.length, () => createNode(list.children.length % 2 ? "dd" : "dt"));
    rows.forEach(([name, value], i) => {
      setText(list.children[2 * i], name);
      setText(list.children[2 * i + 1], value);
    });
  }

  async function act(name, what, kimg) {
    const reply = await server.act({ name, what, kimg }).catch(() => null);
    showError(reply?.ok ? "" : (reply?.message ?? GONE));
    poll();
  }

  // --- asking first --------------------------------------------------------------------------------------------------

  const dialog = find(".gt-ask-dialog");
  let toDelete = null;

  function confirmDelete(name) {
    toDelete = name;
    setText(find("#gt-ask-title"), `Delete ${name}?`);
    setText(find(".gt-ask-say"), "Its generator, its sheets and its record move to the trash folder beside the trainings. From there, they can be moved back by hand.");
    dialog.showModal();
  }

  find(".gt-ask-yes").addEventListener("click", () => {
    dialog.close();
    act(toDelete, "delete");
  });
  dialog.querySelector(".gx-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });

  find(".gt-actions").addEventListener("click", (event) => {
    const what = event.target.closest("[data-what]")?.dataset.what;
    if (what === "delete") confirmDelete(train.watched.name);
    else if (what) act(train.watched.name, what);
  });
  toExplore.addEventListener("click", async () => {
    const reply = await server.explore({ name: train.watched.name }).catch(() => null);
    if (!reply?.ok) return showError(reply?.message ?? GONE);
    openExplore({ w: reply.word, c: reply.generator }, true); // other tabs may have drawn with an older save
  });

  return { showLine, receive, act, forget: sheet.forget };
}
