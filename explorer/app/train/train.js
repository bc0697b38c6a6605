// The Train tab: what trainings there are, asked every two seconds while somebody looks, and which of them is on show.

const find = (selector) => element.querySelector(selector);
const root = find(".gt");
const POLL = 2000; // milliseconds
const GONE = "The app does not answer. Is it still running?";

const state = { job: new URLSearchParams(location.search).get("job")?.slice(0, 255) || null }; // null: a new one
const remember = addressBar("train", ["job"], () => (state.job === null ? [] : [["job", state.job]]));
const readOnly = () => Boolean(page.menu?.read_only);

let jobs = null; // the lines of the list, as the app told them last
let watched = null; // what is known of the job on show, see train_job.js
let asking = false;
let hurried = false;
let timer = null;

async function poll() {
  clearTimeout(timer);
  if (asking) hurried = true;
  if (asking || page.tab !== "train" || document.visibilityState !== "visible") return;
  [asking, hurried] = [true, false];
  const mine = watched;
  const ask = mine ? { name: mine.name, after: mine.after, seen: mine.seen, record: mine.record } : {};
  const reply = await server.watch(ask).catch(() => null);
  find(".gt-gone").hidden = Boolean(reply?.ok);
  if (reply?.ok) {
    hear(reply.jobs);
    if (mine && mine === watched) {
      if (reply.watched) await hearOf(reply.watched);
      else if (!lineOf(mine.name)) openNewest();
      else tell(reply.message);
    }
  }
  asking = false;
  if (hurried) poll();
  else timer = setTimeout(poll, POLL);
}

function hear(lines) {
  const before = new Map((jobs ?? []).map((line) => [line.name, line.state]));
  jobs = lines;
  root.dataset.state = "drawn";
  for (const { name, state } of lines) {
    if (before.has(name) && before.get(name) !== state) say(`${name}: ${STATES[state] ?? state}`);
  }
  showJobs();
  if (root.dataset.panel === "") {
    if (lineOf(state.job)) openJob(state.job);
    else openNewest();
  }
  showLine();
  showBusy();
}

function lineOf(name) {
  return jobs?.find((line) => line.name === name);
}

function openNewest() {
  const going = jobs.find((line) => !line.ended) ?? jobs[0];
  if (going) openJob(going.name);
  else if (readOnly()) showPanel("");
  else openNew();
}

function openJob(name) {
  state.job = name;
  watched = { name, after: -1, seen: "", record: "", points: [], coverage: [], collapsed: [], sheets: [], rows: [], at: null };
  showPanel("job");
  forgetSheet();
  showLine();
  poll();
}

function openNew() {
  [state.job, watched] = [null, null];
  showPanel("new");
  openForm();
}

function showPanel(name) {
  root.dataset.panel = name;
  for (const panel of root.querySelectorAll(".gt-panel")) panel.hidden = panel.dataset.of !== name;
  find(".gt-new").ariaPressed = String(name === "new");
  showJobs();
  remember();
}

// What was refused, said once more to those who listen.
function tell(text) {
  put(find(".gt-deed-say"), text);
  if (text) say(text);
}

function say(text) {
  find(".gt-status").textContent = text;
}

find(".gt-new").addEventListener("click", openNew);
page.follow("menu", () => {
  find(".gt-off").hidden = !readOnly();
  find(".gt-new").hidden = readOnly();
  showJobs();
  if (readOnly() && root.dataset.panel === "new") showPanel("");
});
page.addEventListener("tab", poll);
document.addEventListener("visibilitychange", poll);
