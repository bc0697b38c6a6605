// @ts-check
// What every page does with pictures of ours: hearts keep them, and a file that is dropped or pasted anywhere is opened.
// One of ours offers its recipe, another picture goes to the Inside tab to be found, and the browser never leaves the page.

import { encodeBytes } from "../shared/web/bytes.js";
import { createNode, finder, GONE, setText } from "../shared/web/dom.js";
import { newMailbox, openAddress, page, TABS } from "../shared/web/page.js";

const LARGEST = 6 * 2 ** 20 - 1024; // bytes of a file: the server takes 8 MB of base64
const SHOWN = 7000; // milliseconds of a message

/** @param {Blob} blob @returns {Promise<string>} */
async function base64(blob) {
  return encodeBytes(new Uint8Array(await blob.arrayBuffer()));
}

/** @param {Mount<RecipesServer>} component */
export function mount({ element, server }) {
  const find = finder(element);
  const tab = newMailbox();
  const dialog = find(".gr-dialog");

  // --- messages ------------------------------------------------------------------------------------------------------

  /** @type {number | undefined} */
  let resting;
  /** @type {() => void} */
  let act = () => {};
  const box = find(".gr-message");

  function hide() {
    box.hidden = true;
    setText(find(".gr-say"), "");
  }

  function say(text, button = "", pressed = () => {}) {
    clearTimeout(resting);
    box.hidden = false;
    setText(find(".gr-say"), text);
    find(".gr-act").hidden = !button;
    setText(find(".gr-act"), button);
    act = pressed;
    resting = setTimeout(hide, SHOWN);
  }

  page.addEventListener("tab", hide);
  find(".gr-act").addEventListener("click", () => {
    hide();
    act();
  });
  for (const kind of ["pointerenter", "focusin"]) box.addEventListener(kind, () => clearTimeout(resting));
  for (const kind of ["pointerleave", "focusout"]) {
    box.addEventListener(kind, () => {
      clearTimeout(resting);
      resting = setTimeout(hide, SHOWN);
    });
  }

  // --- keeping -------------------------------------------------------------------------------------------------------

  async function ask(call, fields) {
    const reply = await call({ tab, ...fields }).catch(() => null);
    if (!reply?.ok) say(reply?.message ?? GONE);
    return reply?.ok ? reply : null;
  }

  function changed(detail = {}) {
    page.dispatchEvent(new CustomEvent("kept", { detail }));
  }

  async function forget(...ids) {
    const reply = await ask(server.forget, { ids });
    if (!reply) return false;
    const { length } = reply.ids;
    say(length === 1 ? "Moved to the trash." : `${length} pictures moved to the trash.`, length ? "Undo" : "", () => {
      restore(...reply.ids);
    });
    changed({ gone: ids });
    return true;
  }

  async function restore(...ids) {
    const reply = await ask(server.restore, { ids });
    if (reply) say(reply.ids.length === 1 ? "Back in the library." : `${reply.ids.length} pictures are back in the library.`);
    changed();
    return Boolean(reply);
  }

  page.set("keeper", {
    say,
    forget,
    restore,
    async keep(png, title) {
      const reply = png.size > LARGEST ? say("This picture is too large to be kept from a page; take fewer tiles or frames.") : await ask(server.keep, { picture: await base64(png), title });
      if (!reply) return "";
      say(`“${reply.word}” is kept in the library.`, page.tab === "library" ? "" : "Open the library", () => page.set("tab", "library"));
      changed();
      return reply.id;
    },
  });

  // --- files ---------------------------------------------------------------------------------------------------------

  async function open(file) {
    const film = /^video\/|\.(mp4|mov|webm)$/i.test(file.type || file.name);
    const picture = file.type.startsWith("image/") || /\.(png|gif|webp|jpe?g|bmp|avif)$/i.test(file.name);
    if (film) return say(`“${file.name}” is a video: draw it again with gan-explorer walk --from, or drop a GIF or WebP.`);
    if (!picture) return say(`“${file.name || "This file"}” is no picture. Drop a PNG, GIF or WebP that was saved here, or any other picture.`);
    if (!/png|gif|webp/i.test(file.type || file.name)) return seek(file);
    // A PNG and a GIF have their recipe at the beginning, and the rest of a large one may stay here; others have it at the end.
    if (file.size > LARGEST && !/png|gif/i.test(file.type || file.name)) return say(`“${file.name}” has more than 6 MB; draw it again with: gan-explorer walk --from`);
    say("Reading the file");
    const reply = await ask(server.read, { picture: await base64(file.slice(0, LARGEST)) });
    if (!reply) return;
    if (reply.other) seek(file);
    else offer(reply);
  }

  async function seek(file) {
    try {
      (await createImageBitmap(file)).close();
    } catch {
      return say(`“${file.name || "This file"}” is not a picture that the browser can read; choose another one.`);
    }
    hide();
    if (page.tab === "translate") return page.set("given", file);
    page.set("sought", file);
    page.set("tab", "inside");
  }

  function offer({ title, recipes }) {
    hide();
    const [first] = recipes;
    const one = recipes.length === 1;
    const here = recipes.filter(({ address }) => address !== null);
    setText(find("#gr-title"), title);
    const missing = [...new Set(recipes.filter(({ address }) => address === null).map(({ generator }) => generator))];
    const where = one ? `It was drawn by ${first.generator}, on the ${TABS[first.tab] ?? "Explore"} tab.` : `This holds ${recipes.length} recipes, one after the other; choose one.`;
    const lost = `${here.length ? "Some of it" : "It"} was drawn by ${missing.join(", ")}, not among the generators here; put its folder among your checkpoints, then drop the picture again.`;
    setText(find(".gr-about"), missing.length ? lost : where);
    find(".gr-open").hidden = !one || !here.length;
    setText(find(".gr-open"), "Open this recipe");
    find(".gr-open").onclick = () => openRecipe(first);
    find(".gr-recipes").hidden = one;
    find(".gr-recipes").replaceChildren(
      ...(one ? [] : recipes).map((recipe) => {
        const item = createNode("li");
        const button = createNode("button", "", `${recipe.title} · ${TABS[recipe.tab] ?? "Explore"}`);
        [button.type, button.disabled] = ["button", recipe.address === null];
        button.addEventListener("click", () => openRecipe(recipe));
        item.append(button);
        return item;
      }),
    );
    if (!dialog.open) dialog.showModal();
  }

  function openRecipe({ address }) {
    dialog.close();
    openAddress(address);
  }

  find(".gr-close").addEventListener("click", () => dialog.close());

  /** @param {DataTransfer | null} data */
  function holdsFiles(data) {
    return Boolean(data?.types.includes("Files"));
  }

  /** @param {any} node whether text may be dropped or pasted there */
  function takesText(node) {
    return node instanceof HTMLTextAreaElement || (node instanceof HTMLInputElement && !["file", "range", "checkbox", "radio"].includes(node.type));
  }

  const veil = find(".gr-veil");
  const own = ".gx-paper-box, .gt-form"; // places that take files themselves

  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (/** @type {any} */ event) => {
      const files = holdsFiles(event.dataTransfer);
      if (!files && takesText(event.target)) return;
      event.preventDefault(); // else a browser opens what is dropped in place of the page
      veil.hidden = !files || Boolean(event.target.closest?.(own));
      if (!files) event.dataTransfer.dropEffect = "none";
    });
  }
  document.addEventListener("dragleave", (/** @type {any} */ event) => {
    if (!event.relatedTarget) veil.hidden = true;
  });
  document.addEventListener("drop", (/** @type {any} */ event) => {
    veil.hidden = true;
    const taken = event.defaultPrevented;
    if (!holdsFiles(event.dataTransfer) && takesText(event.target)) return;
    event.preventDefault();
    if (taken) return;
    const { files } = event.dataTransfer;
    if (files.length > 1) say("Drop one picture at a time.");
    else if (files.length) open(files[0]);
    else say("Drop a file: a PNG, GIF or WebP that was saved here, or any other picture.");
  });
  document.addEventListener("paste", (/** @type {any} */ event) => {
    const file = event.clipboardData?.files[0];
    if (!file || event.defaultPrevented || [...document.querySelectorAll(".gx-paper")].some((one) => one.checkVisibility())) return; // which takes it itself
    event.preventDefault();
    open(file);
  });
}
