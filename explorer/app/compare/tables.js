// What was measured: begun by itself a moment after the last choice, shown as it comes up, one table for each judge.

const measureBox = newMailbox();
const works = longWork({ tab: measureBox, begin: server.begin, look: server.look, stop: stopMeasuring });
const REST = 900; // milliseconds
let known = null; // what was found of those compared
let measuredFor = ""; // which choice that is of
let resting = null;
let fetched = { step: 0, plots: 0 };
let fetching = false;

function entryOf(name) {
  return known?.entries.find((entry) => entry.name === name);
}

function choiceNow() {
  return JSON.stringify([compared().map((name) => [name, lineOf(name)?.kimg ?? null]), state.n]);
}

function stopMeasuring(ask) {
  showMeasure(true);
  return server.give_up(ask);
}

function showMeasure(offering) {
  find(".gc-measure").hidden = !offering;
  find(".gc-report").disabled = !known?.tables.length;
}

function measureSoon() {
  clearTimeout(resting);
  if (choiceNow() === measuredFor || !compared().length) return;
  resting = setTimeout(measure, REST);
}

async function measure() {
  clearTimeout(resting);
  const mine = choiceNow();
  if (mine !== measuredFor) forget();
  measuredFor = mine;
  fetched = { step: 0, plots: 0 };
  showMeasure(false);
  const done = await works.run(find(".gc-work"), { of: compared(), samples: state.n }, (now) => fetchFound(mine, now));
  if (mine !== measuredFor) return;
  if (!done) return showMeasure(true);
  while (fetching) await new Promise((next) => setTimeout(next, 30));
  await fetchFound(mine, { step: Infinity, plots: Infinity });
  showMeasure(false);
}

function forget() {
  known = null;
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
  const reply = await server.found({ tab: measureBox, plots: more }).catch(() => null);
  if (reply?.ok && mine === measuredFor) {
    fetched = { step, plots };
    const bitmaps = new Map((known?.reals ?? []).map((real) => [real.png, real.bitmap]));
    for (const real of reply.reals) real.bitmap = bitmaps.get(real.png) ?? (await createImageBitmap(decoded(real.png)));
    known = { ...reply, plots: reply.plots ?? known?.plots };
    showFound();
  } else if (mine === measuredFor) {
    fetched.step = step; // a step that could not be told is not asked for over and over
    if (reply) say(reply.message);
  }
}

function showFound() {
  showSheets();
  showWrong();
  showTables();
  showPlots();
  find(".gc-report").disabled = !known?.tables.length;
}

function showWrong() {
  const lines = [...missing(), ...(known?.entries ?? []).flatMap((entry) => entry.said.map((said) => [entry.name, said]))];
  find(".gc-wrong").hidden = !lines.length;
  const items = children(find(".gc-wrong ul"), lines.length, () => {
    const item = made("li");
    item.append(made("b"), made("span"));
    return item;
  });
  items.forEach((item, i) => [...item.children].forEach((part, k) => put(part, lines[i][k])));
}

function showTables() {
  const tables = known?.tables ?? [];
  const sections = children(find(".gc-tables"), tables.length, () => {
    const section = made("section");
    const scroll = made("div", "gc-scroll");
    scroll.tabIndex = 0;
    scroll.append(made("table", "gc-figures"));
    section.append(made("h3"), scroll, made("p", "gc-soft"));
    return section;
  });
  sections.forEach((section, i) => {
    const [title, scroll, below] = section.children;
    put(title, `Judged by ${tables[i].judge}`);
    scroll.firstChild.replaceChildren(headOf(tables[i]), bodyOf(tables[i]));
    put(below, tables[i].with);
  });
  showMeaning(tables);
  const steady = known?.steady ?? [];
  find(".gc-steady").hidden = !steady.length;
  children(find(".gc-steady"), steady.length, () => made("li")).forEach((item, i) => {
    const names = steady[i].of.map((place) => known.entries[place].name).join(", ");
    put(item, `${names}: ${steady[i].told}, ${steady[i].what}.`);
  });
}

function showMeaning(tables) {
  const terms = new Map(tables.flatMap(({ heads }) => heads.map(([title, about]) => [title.replace(/\[.*\]$/, ""), about])));
  find(".gc-meaning").hidden = !terms.size;
  find(".gc-meaning dl").replaceChildren(...[...terms].flatMap(([title, about]) => [made("dt", "", title), made("dd", "", about)]));
}

function headOf({ heads }) {
  const head = made("thead");
  const row = made("tr");
  row.append(made("th"));
  for (const [title, about] of heads) {
    const cell = made("th", "", title);
    [cell.scope, cell.title] = ["col", about];
    row.append(cell);
  }
  head.append(row);
  return head;
}

function bodyOf({ rows }) {
  const body = made("tbody");
  for (const { place, name, about, lost, cells } of rows) {
    const row = made("tr", place === null ? "gc-is-real" : "");
    const head = made("th");
    head.scope = "row";
    const title = made("span", "gc-title");
    if (place !== null) {
      const dot = made("i", "gc-dot");
      dot.style.background = known.entries[place].colour;
      title.append(dot);
    }
    title.append(made("span", "", name));
    head.append(title);
    if (about) head.append(made("span", "gc-soft", about));
    if (lost) head.append(made("span", "gc-lost", lost));
    row.append(head, ...cells.map(([text, best]) => made("td", best ? "gc-best" : "", text)));
    body.append(row);
  }
  return body;
}

find(".gc-measure").addEventListener("click", measure);
find(".gc-report").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  const reply = await server.report({ tab: measureBox }).catch(() => null);
  button.disabled = false;
  if (reply?.ok) saveBlob(decoded(reply.file, "text/html"), "side-by-side.html");
  else say(reply?.message ?? "The report could not be made; try again.");
});
