// The list of trainings, and numbers as people say them.

const STATES = {
  queued: "waits",
  starting: "starts",
  running: "trains",
  paused: "paused",
  finished: "finished",
  failed: "failed",
  lost: "lost",
};

function pictures(thousands) {
  return Math.round(1000 * thousands).toLocaleString("en");
}

function span(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours < 10 && rest ? `${hours} h ${rest} min` : `${Math.round(minutes / 60)} h`;
}

function stateOf(line) {
  if (line.leaving) return "saves";
  if (line.starved) return "waiting for the CPU";
  if (line.state === "queued" && line.place) return `waits, place ${line.place}`;
  return STATES[line.state] ?? line.state;
}

// How far, how fast, how long: what a line of the list says below its bar.
function howFar(line) {
  const facts = [`${pictures(line.kimg)} of ${pictures(line.budget)} pictures`];
  if (line.state === "running") {
    if (line.speed) facts.push(`${Math.round(line.speed).toLocaleString("en")} a second`);
    if (line.eta !== null) facts.push(`${span(line.eta)} left`);
  }
  return facts;
}

function showBar(bar, line) {
  bar.value = line.budget ? Math.min(1, line.kimg / line.budget) : 0;
  describe(bar, `${line.name}: the share of its budget that is spent`);
}

function madeJob() {
  const row = made("li", "gt-job");
  const open = made("button", "gt-job-open");
  open.type = "button";
  const bar = made("progress", "gt-progress");
  bar.max = 1;
  open.append(made("span", "gt-job-name"), made("span", "gt-state"), bar, made("span", "gt-job-facts"));
  const tools = made("span", "gt-job-tools");
  for (const [what, sign] of [["up", "↑"], ["down", "↓"], ["cancel", "×"]]) {
    const tool = made("button", "gt-tool", sign);
    [tool.type, tool.dataset.what] = ["button", what];
    tools.append(tool);
  }
  row.append(open, tools);
  return row;
}

function showJobs() {
  if (!jobs) return;
  find(".gt-none").hidden = jobs.length > 0;
  const rows = children(find(".gt-jobs"), jobs.length, madeJob);
  rows.forEach((row, i) => {
    const line = jobs[i];
    row.dataset.name = line.name;
    row.dataset.state = line.state;
    const [open, tools] = row.children;
    const [name, doing, bar, facts] = open.children;
    put(name, line.name);
    put(doing, stateOf(line));
    showBar(bar, line);
    put(facts, howFar(line).join(" · "));
    if (line.name === state.job) open.setAttribute("aria-current", "true");
    else open.removeAttribute("aria-current");
    tools.hidden = line.state !== "queued" || readOnly();
    const names = { up: `Move ${line.name} up in its queue`, down: `Move ${line.name} down in its queue`, cancel: `Do not train ${line.name}` };
    for (const tool of tools.children) {
      describe(tool, names[tool.dataset.what]);
      tool.title = names[tool.dataset.what];
    }
    tools.children[0].disabled = line.place === 1;
    const last = !jobs.some((other) => other.state === "queued" && other.device === line.device && other.place > line.place);
    tools.children[1].disabled = last;
  });
}

find(".gt-jobs").addEventListener("click", (event) => {
  const row = event.target.closest(".gt-job");
  const tool = event.target.closest(".gt-tool");
  if (tool) act(row.dataset.name, tool.dataset.what);
  else if (row && event.target.closest(".gt-job-open")) openJob(row.dataset.name);
});
