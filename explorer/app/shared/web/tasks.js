// @ts-check
// Work that takes longer than a person waits in silence: begun, asked after until it is done, cancelled by a button.
// One task at a time: a newer one takes the place of the older.

import { createNode, GONE, setText } from "./dom.js";

const PAUSES = [120, 400]; // milliseconds between two questions, first and later

/** @param {TaskServer} server whose tasks belong to the mailbox `tab` */
export function taskRunner({ tab, begin, look, stop }) {
  let runs = 0;
  /** @type {any} */
  let busy = null; // the box of the task under way

  /** @param {any} box @param {{ what?: string, share?: number | null }} [progress] */
  function show(box, { what = "", share = null } = {}) {
    box.hidden = false;
    box.classList.remove("gx-work-trouble");
    while (box.children.length > 3) box.lastChild.remove(); // what was offered beside the last refusal
    if (!box.firstChild) box.append(...progressParts(() => cancel(box)));
    setText(box.children[0], what ? `${what[0].toUpperCase()}${what.slice(1)}${share === null ? "" : ` · ${Math.round(100 * share)} %`}` : "Beginning");
    if (share === null) box.children[1].removeAttribute("value");
    else box.children[1].value = share;
    for (const part of [...box.children].slice(1)) part.hidden = false;
  }

  /** @param {any} box @param {string} message */
  function fail(box, message) {
    show(box);
    box.classList.add("gx-work-trouble");
    setText(box.children[0], message);
    for (const part of [...box.children].slice(1)) part.hidden = true;
  }

  /** @param {any} box */
  function cancel(box) {
    runs += 1;
    busy = null;
    stop({ tab });
    fail(box, "Stopped.");
  }

  /** Stop what is under way, since nobody needs it any more: nothing is said. */
  function drop() {
    if (!busy) return;
    busy.hidden = true;
    [runs, busy] = [runs + 1, null];
    stop({ tab });
  }

  /** Do one task; gives the reply, or null where somebody or something newer stopped it. A refusal is written into the box.
   * @param {any} box a .gx-work @param {any} request @param {(reply: any) => void} progressed called while it goes on
   * @param {(reply: any) => void} failed called with a refusal */
  async function run(box, request, progressed = () => {}, failed = () => {}) {
    const mine = ++runs;
    if (busy && busy !== box) fail(busy, "Stopped, since something else was begun.");
    busy = box;
    show(box);
    /** @type {any} */
    let reply = null;
    try {
      reply = await begin({ ...request, tab });
      for (let pause = PAUSES[0], lost = 0; mine === runs && reply?.ok && lost < 10; pause = Math.min(PAUSES[1], pause * 1.2)) {
        await new Promise((next) => setTimeout(next, pause));
        if (mine !== runs) break;
        const now = await look({ tab, work: reply.work }).catch(() => null);
        if (mine !== runs) break;
        lost = now ? 0 : lost + 1;
        if (now && (!now.ok || now.kind === "done")) {
          reply = now;
          break;
        }
        if (now) {
          show(box, now);
          progressed(now);
        }
      }
    } catch (broken) {
      console.error(broken);
    }
    if (mine !== runs) return null;
    busy = null;
    if (reply?.kind === "done") {
      box.hidden = true;
      return reply;
    }
    fail(box, reply?.message ?? GONE);
    failed(reply);
    return null;
  }

  return { run, cancel: drop };
}

/** What a .gx-work holds: a sentence, a bar, and a button that cancels. @param {() => void} cancelled */
export function progressParts(cancelled) {
  const cancel = createNode("button", "gx-chip gx-work-cancel", "Cancel");
  cancel.type = "button";
  cancel.addEventListener("click", cancelled);
  return [createNode("span", "gx-work-what"), createNode("progress", "gx-work-share"), cancel];
}
