// @ts-check
// Generators to choose.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { page } from "../shared/web/page.js";
import { lineOf } from "./generators.js";

// Chosen generators as chips, and a menu of the others. changed(names): called when somebody chose. Gives show(names).
export function chooser(list, most, changed) {
  let names = [];
  const adding = createNode("select", "gc-add");
  setLabel(adding, "Add a generator");
  adding.addEventListener("change", () => {
    if (adding.value) changed([...names, adding.value].slice(0, most));
  });
  list.addEventListener("click", (event) => {
    const away = event.target.closest(".gc-away");
    if (away) changed(names.filter((name) => name !== away.dataset.name));
  });

  function chip() {
    const item = createNode("li", "gc-chip");
    const away = createNode("button", "gc-away", "×");
    away.type = "button";
    item.append(createNode("i", "gc-dot"), createNode("span", "gc-name"), createNode("span", "gc-family"), away);
    return item;
  }

  return (next, colours = []) => {
    names = next;
    adding.parentElement?.remove();
    ensureChildren(list, names.length, chip).forEach((item, i) => {
      const [dot, name, family, away] = item.children;
      const line = lineOf(names[i]);
      dot.hidden = !colours[i];
      if (colours[i]) dot.style.background = colours[i];
      item.classList.toggle("gc-is-missing", !line || Boolean(line.error));
      setText(name, names[i]);
      setText(family, line?.family ?? "");
      away.dataset.name = names[i];
      away.title = `Leave ${names[i]} out`;
      setLabel(away, away.title);
      away.hidden = names.length < 2;
    });
    const others = (page.menu?.checkpoints ?? []).filter((line) => !names.includes(line.name));
    const option = (line) => {
      const node = createNode("option", "", `${line.name}${line.family ? ` · ${line.family}` : ""}`);
      [node.value, node.disabled] = [line.name, Boolean(line.error)];
      return node;
    };
    /** @type {[string, Offer[]][]} */
    const groups = [["Generators", others.filter((line) => line.kimg === null)], ["Trainings", others.filter((line) => line.kimg !== null)]];
    const first = createNode("option", "", "+ Generator");
    first.value = "";
    adding.replaceChildren(
      first,
      ...groups.filter(([, lines]) => lines.length).map(([label, lines]) => {
        const group = createNode("optgroup");
        group.label = label;
        group.append(...lines.map(option));
        return group;
      }),
    );
    adding.value = "";
    adding.hidden = !others.length || names.length >= most;
    const last = createNode("li", "gc-adding");
    last.append(adding);
    list.append(last);
  };
}
