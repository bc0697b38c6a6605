// @ts-check
// The Train tab: what trainings there are, asked every two seconds while somebody looks, and which of them is on show.

import { finder, setText } from "../shared/web/dom.js";
import { addressBar, page } from "../shared/web/page.js";
import { STATES } from "./facts.js";
import { jobPanel } from "./job.js";
import { jobList } from "./jobs.js";
import { trainingForm } from "./settings.js";

export { HELP } from "./help.js";

const POLL = 2000; // milliseconds

function jobIn(search) {
  return new URLSearchParams(search).get("job")?.slice(0, 255) || null;
}

/** @param {Mount<TrainServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const root = find(".gt");
  const state = { job: jobIn(location.search) }; // null: a new one
  const remember = addressBar("train", { fields: ["job"], present: () => (state.job === null ? [] : [["job", state.job]]), restore });
  const readOnly = () => Boolean(page.menu?.read_only);

  /** @type {Train} */
  const train = { find, root, server, state, jobs: null, watched: null, readOnly, lineOf, poll, openJob, showError };
  const form = trainingForm(train);
  const panel = jobPanel(train);
  const list = jobList(train, panel.act);
  let asking = false;
  let pollAgain = false;
  let timer = null;

  async function poll() {
    clearTimeout(timer);
    if (asking) pollAgain = true;
    if (asking || page.tab !== "train" || document.visibilityState !== "visible") return;
    [asking, pollAgain] = [true, false];
    const mine = train.watched;
    const request = mine ? { name: mine.name, after: mine.after, seen: mine.seen, record: mine.record } : {};
    const reply = await server.watch(request).catch(() => null);
    find(".gt-gone").hidden = Boolean(reply?.ok);
    if (reply?.ok) {
      receive(reply.jobs);
      if (mine && mine === train.watched) {
        if (reply.watched) await panel.receive(reply.watched);
        else if (!lineOf(mine.name)) openNewest();
        else showError(reply.message);
      }
    }
    asking = false;
    if (pollAgain) poll();
    else timer = setTimeout(poll, POLL);
  }

  function receive(lines) {
    const before = new Map((train.jobs ?? []).map((line) => [line.name, line.state]));
    train.jobs = lines;
    root.dataset.state = "drawn";
    for (const { name, state } of lines) {
      if (before.has(name) && before.get(name) !== state) announce(`${name}: ${STATES[state] ?? state}`);
    }
    list.show();
    if (root.dataset.panel === "") {
      if (lineOf(state.job)) openJob(state.job);
      else openNewest();
    }
    panel.showLine();
    form.showBusy();
  }

  function lineOf(name) {
    return train.jobs?.find((line) => line.name === name);
  }

  function openNewest() {
    const going = train.jobs.find((line) => !line.ended) ?? train.jobs[0];
    if (going) openJob(going.name);
    else if (readOnly()) showPanel("");
    else openNew();
  }

  function openJob(name) {
    state.job = name;
    train.watched = { name, after: -1, seen: "", record: "", points: [], coverage: [], collapsed: [], sheets: [], rows: [], at: null };
    showPanel("job");
    panel.forget();
    panel.showLine();
    poll();
  }

  function openNew() {
    [state.job, train.watched] = [null, null];
    showPanel("new");
    form.open();
  }

  function restore(search) {
    const name = jobIn(search);
    if (!train.jobs || name === state.job) return;
    if (lineOf(name)) openJob(name);
    else if (!readOnly()) openNew();
  }

  function showPanel(name) {
    root.dataset.panel = name;
    for (const node of root.querySelectorAll(".gt-panel")) node.hidden = node.dataset.of !== name;
    find(".gt-new").ariaPressed = String(name === "new");
    list.show();
    remember();
  }

  // Show what was refused, also to screen readers.
  function showError(text) {
    setText(find(".gt-action-say"), text);
    if (text) announce(text);
  }

  function announce(text) {
    find(".gt-status").textContent = text;
  }

  find(".gt-new").addEventListener("click", openNew);
  page.follow("menu", () => {
    find(".gt-off").hidden = !readOnly();
    find(".gt-new").hidden = readOnly();
    list.show();
    if (readOnly() && root.dataset.panel === "new") showPanel("");
  });
  page.addEventListener("tab", poll);
  document.addEventListener("visibilitychange", poll);
  poll();
}
