// @ts-check
// The list of trainings.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { howFar, stateOf } from "./facts.js";

export function showBar(bar, line) {
  bar.value = line.budget ? Math.min(1, line.kimg / line.budget) : 0;
  setLabel(bar, `Progress of ${line.name}`);
}

function createJob() {
  const row = createNode("li", "gt-job");
  const open = createNode("button", "gt-job-open");
  open.type = "button";
  const bar = createNode("progress", "gt-progress");
  bar.max = 1;
  open.append(createNode("span", "gt-job-name"), createNode("span", "gt-state"), bar, createNode("span", "gt-job-facts"));
  const tools = createNode("span", "gt-job-tools");
  for (const [what, sign] of [["up", "↑"], ["down", "↓"], ["cancel", "×"]]) {
    const tool = createNode("button", "gt-tool", sign);
    [tool.type, tool.dataset.what] = ["button", what];
    tools.append(tool);
  }
  row.append(open, tools);
  return row;
}

/** @param {Train} train @param {(name: string, action: string) => void} act */
export function jobList(train, act) {
  const { find, state } = train;
  function showJobs() {
    if (!train.jobs) return;
    find(".gt-none").hidden = train.jobs.length > 0;
    const rows = ensureChildren(find(".gt-jobs"), train.jobs.length, createJob);
    rows.forEach((row, i) => {
      const line = train.jobs[i];
      row.dataset.name = line.name;
      row.dataset.state = line.state;
      const [open, tools] = row.children;
      const [name, doing, bar, facts] = open.children;
      setText(name, line.name);
      setText(doing, stateOf(line));
      showBar(bar, line);
      setText(facts, howFar(line).join(" · "));
      if (line.name === state.job) open.setAttribute("aria-current", "true");
      else open.removeAttribute("aria-current");
      tools.hidden = line.state !== "queued" || train.readOnly();
      const names = { up: `Move ${line.name} up in its queue`, down: `Move ${line.name} down in its queue`, cancel: `Do not train ${line.name}` };
      for (const tool of tools.children) {
        setLabel(tool, names[tool.dataset.what]);
        tool.title = names[tool.dataset.what];
      }
      tools.children[0].disabled = line.place === 1;
      const last = !train.jobs.some((other) => other.state === "queued" && other.device === line.device && other.place > line.place);
      tools.children[1].disabled = last;
    });
  }

  find(".gt-jobs").addEventListener("click", (event) => {
    const row = event.target.closest(".gt-job");
    const tool = event.target.closest(".gt-tool");
    if (tool) act(row.dataset.name, tool.dataset.what);
    else if (row && event.target.closest(".gt-job-open")) train.openJob(row.dataset.name);
  });

  return { show: showJobs };
}
