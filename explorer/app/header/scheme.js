// @ts-check
// Light, dark, or as the system: chosen once, kept in this browser. An address that says `__theme` has its way.

import { setLabel } from "../shared/web/dom.js";

const NAME = "gan-explorer-scheme";
const ORDER = ["system", "light", "dark"];
/** @type {Record<string, string>} */
const TITLES = { system: "Colours as the system has them", light: "Light colours", dark: "Dark colours" };

/** @param {any} button which goes from each to the next */
export function schemeSwitch(button) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const given = new URLSearchParams(location.search).get("__theme") ?? "";
  let scheme = ORDER.includes(given) ? given : stored();

  function stored() {
    try {
      const kept = localStorage.getItem(NAME) ?? "";
      return ORDER.includes(kept) ? kept : "system";
    } catch {
      return "system"; // a page in a frame that may store nothing
    }
  }

  function show() {
    document.body.classList.toggle("dark", scheme === "system" ? dark.matches : scheme === "dark");
    button.dataset.scheme = scheme;
    const next = ORDER[(ORDER.indexOf(scheme) + 1) % ORDER.length];
    button.title = `${TITLES[scheme]}; press for ${TITLES[next].toLowerCase()}`;
    setLabel(button, button.title);
  }

  button.addEventListener("click", () => {
    scheme = ORDER[(ORDER.indexOf(scheme) + 1) % ORDER.length];
    try {
      localStorage.setItem(NAME, scheme);
    } catch {
      // it holds until the page goes
    }
    const query = new URLSearchParams(location.search);
    if (query.has("__theme")) {
      query.set("__theme", scheme);
      history.replaceState(history.state, "", `${location.pathname}?${query}${location.hash}`);
    }
    show();
  });
  dark.addEventListener("change", () => setTimeout(show)); // after Gradio, which follows the system whatever was chosen
  show();
}
