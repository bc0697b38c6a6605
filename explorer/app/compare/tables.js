// @ts-check
// What was measured: begun by itself a moment after the last choice, shown as it comes up, one table for each judge.

import { createNode, ensureChildren, setText } from "../shared/web/dom.js";
import { saveBlob } from "../shared/web/downloads.js";
import { decodeBlob } from "../shared/web/live_canvas.js";
import { newMailbox } from "../shared/web/page.js";
import { taskRunner } from "../shared/web/tasks.js";
import { compared, lineOf, missing } from "./generators.js";

const REST = 900; // milliseconds

function headOf({ heads }) {
  const head = createNode("thead");
  const row = createNode("tr");
  row.append(createNode("th"));
  for (const [title, about] of heads) {
    const cell = createNode("th");
    cell.append(...title.split(/(?=\[)/).flatMap((part, i) => (i ? [createNode("wbr"), part] : [part])));
    [cell.scope, cell.title] = ["col", about];
    row.append(cell);
  }
  head.append(row);
  return head;
}

// A figure with its spread below it, so that all columns fit a window of 1,200 pixels.
function cellOf([text, best]) {
  const [figure, spread] = text.split(" ± ");
  const cell = createNode("td", best ? "gc-best" : "", figure);
  if (spread) cell.append(createNode("small", "", `± ${spread}`));
  return cell;
}

/** @param {Compare} compare @param {() => void} showElsewhere */
export function measuring(compare, showElsewhere) {
  const { find, server, state, announce } = compare;
  const mailbox = newMailbox();
  const tasks = taskRunner({ tab: mailbox, begin: server.begin, look: server.look, stop: stopMeasuring });
  let measuredFor = ""; // which choice that is of
  let resting = null;
  let fetched = { step: 0, plots: 0 };
  let fetching = false;

  function choiceNow() {
    return JSON.stringify([compared(state).map((name) => [name, lineOf(name)?.kimg ?? null]), state.n]);
  }

  function stopMeasuring(request) {
    showMeasure(true);
    return server.cancel(request);
  }

  function showMeasure(offering) {
    find(".gc-measure").hidden = !offering;
    find(".gc-report").disabled = !compare.measured?.tables.length;
  }

  function measureSoon() {
    clearTimeout(resting);
    if (choiceNow() === measuredFor || !compared(state).length) return;
    resting = setTimeout(measure, REST);
  }

  async function measure() {
    clearTimeout(resting);
    const mine = choiceNow();
    if (mine !== measuredFor) forget();
    measuredFor = mine;
    fetched = { step: 0, plots: 0 };
    showMeasure(false);
    const done = await tasks.run(find(".gc-work"), { of: compared(state), samples: state.n }, (now) => fetchFound(mine, now));
    if (mine !== measuredFor) return;
    if (!done) return showMeasure(true);
    while (fetching) await new Promise((next) => setTimeout(next, 30));
    await fetchFound(mine, { step: Infinity, plots: Infinity });
    showMeasure(false);
  }

  function forget() {
    compare.measured = null;
    fetched = { step: 0, plots: 0 };
    showFound();
  }

  // At most one at a time; what is newer by then is fetched at the next look.
  async function fetchFound(mine, { step = 0, plots = 0 }) {
    if (fetching || step <= fetched.step) return;
    fetching = true;
    try {
      await fetchOnce(mine, step, plots);
    } finally {
      fetching = false;
    }
  }

  async function fetchOnce(mine, step, plots) {
    const more = plots > fetched.plots;
    const reply = await server.found({ tab: mailbox, plots: more }).catch(() => null);
    if (reply?.ok && mine === measuredFor) {
      fetched = { step, plots };
      const bitmaps = new Map((compare.measured?.reals ?? []).map((real) => [real.png, real.bitmap]));
      for (const real of reply.reals) real.bitmap = bitmaps.get(real.png) ?? (await createImageBitmap(decodeBlob(real.png)));
      compare.measured = { ...reply, plots: reply.plots ?? compare.measured?.plots };
      showFound();
    } else if (mine === measuredFor) {
      fetched.step = step; // a step that could not be fetched is not asked for over and over
      if (reply) announce(reply.message);
    }
  }

  function showFound() {
    showElsewhere();
    showProblems();
    showTables();
    find(".gc-report").disabled = !compare.measured?.tables.length;
  }

  function showProblems() {
    const lines = [...missing(state), ...(compare.measured?.entries ?? []).flatMap((entry) => entry.problems.map((sentence) => [entry.name, sentence]))];
    find(".gc-wrong").hidden = !lines.length;
    const items = ensureChildren(find(".gc-wrong ul"), lines.length, () => {
      const item = createNode("li");
      item.append(createNode("b"), createNode("span"));
      return item;
    });
    items.forEach((item, i) => [...item.children].forEach((part, k) => setText(part, lines[i][k])));
  }

  function showTables() {
    const tables = compare.measured?.tables ?? [];
    const sections = ensureChildren(find(".gc-tables"), tables.length, () => {
      const section = createNode("section");
      const scroll = createNode("div", "gc-scroll");
      scroll.tabIndex = 0;
      scroll.append(createNode("table", "gc-figures"));
      section.append(createNode("h3"), scroll, createNode("p", "gc-soft"));
      return section;
    });
    sections.forEach((section, i) => {
      const [title, scroll, below] = section.children;
      setText(title, `Judged by ${tables[i].judge}`);
      scroll.firstChild.replaceChildren(headOf(tables[i]), bodyOf(tables[i]));
      setText(below, tables[i].with);
    });
    showMeaning(tables);
    const steady = compare.measured?.steady ?? [];
    find(".gc-steady").hidden = !steady.length;
    ensureChildren(find(".gc-steady"), steady.length, () => createNode("li")).forEach((item, i) => {
      const names = steady[i].of.map((place) => compare.measured.entries[place].name).join(", ");
      setText(item, `${names}: ${steady[i].spread}, ${steady[i].what}.`);
    });
  }

  function showMeaning(tables) {
    const terms = new Map(tables.flatMap(({ heads }) => heads.map(([title, about]) => [title.replace(/\[.*\]$/, ""), about])));
    find(".gc-meaning").hidden = !terms.size;
    find(".gc-meaning dl").replaceChildren(...[...terms].flatMap(([title, about]) => [createNode("dt", "", title), createNode("dd", "", about)]));
  }

  function bodyOf({ rows }) {
    const body = createNode("tbody");
    for (const { place, name, about, lost, cells } of rows) {
      const row = createNode("tr", place === null ? "gc-is-real" : "");
      const head = createNode("th");
      head.scope = "row";
      const title = createNode("span", "gc-title");
      if (place !== null) {
        const dot = createNode("i", "gc-dot");
        dot.style.background = compare.measured.entries[place].colour;
        title.append(dot);
      }
      title.append(createNode("span", "", name));
      head.append(title);
      if (about) head.append(createNode("span", "gc-soft", about));
      if (lost) head.append(createNode("span", "gc-lost", lost));
      row.append(head, ...cells.map(cellOf));
      body.append(row);
    }
    return body;
  }

  find(".gc-measure").addEventListener("click", measure);
  find(".gc-report").addEventListener("click", async (event) => {
    const button = event.currentTarget;
    button.disabled = true;
    const reply = await server.report({ tab: mailbox }).catch(() => null);
    button.disabled = false;
    if (reply?.ok) saveBlob(decodeBlob(reply.file, "text/html"), "side-by-side.html");
    else announce(reply?.message ?? "The report could not be made; try again.");
  });

  return {
    soon: measureSoon,
    showProblems,
    /** forget what was measured of another choice */
    forgetOthers() {
      if (choiceNow() !== measuredFor && compare.measured) forget();
    },
  };
}
