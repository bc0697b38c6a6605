// @ts-check
// Sending a folder, or a zip or tar of one, to the app: from a drop, or from an <input type="file" multiple> or with webkitdirectory.
//
// What goes over is one request: the length of a list, the list (a line ["path", bytes] a file), then all the files one
// after the other. The browser reads them from the disk as they go; nothing is kept in memory. The server checks the
// list before it keeps anything, and keeps all or nothing.

export const UPLOAD_LIMITS = { files: 100000, bytes: 4 * 2 ** 30, file: 256 * 2 ** 20 }; // as the server has them
export const UPLOAD_PACKED = /\.(zip|(tar\.|t)(gz|xz|bz2)|tbz|tar)$/i;
const UPLOAD_SYSTEM_FILES = ["thumbs.db", "desktop.ini", "__macosx"];

// What was dropped, as [{ path, file }]: paths begin with the dropped folder's name. Call it in the drop event itself
// (before any await), since a browser forgets what was dropped when that is over.
export async function filesOfDrop(dataTransfer) {
  const entries = [...dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  for (const entry of entries) await walkEntry(entry, "", found);
  return found;
}

async function walkEntry(entry, above, found) {
  if (isSystemFile(entry.name)) return;
  const path = above + entry.name;
  if (entry.isFile) {
    found.push({ path, file: await new Promise((done, failed) => entry.file(done, failed)) });
    if (found.length > UPLOAD_LIMITS.files) throw new Error(tooManyFiles());
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, failed) => reader.readEntries(done, failed)); // a hundred or so at a time
    if (!some.length) return;
    for (const child of some) await walkEntry(child, `${path}/`, found);
  }
}

// What was picked in an <input type="file">, in the same form.
export function filesOfInput(input) {
  return [...input.files]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !path.split("/").some(isSystemFile));
}

function isSystemFile(name) {
  return name.startsWith(".") || UPLOAD_SYSTEM_FILES.includes(name.toLowerCase());
}

function tooManyFiles() {
  return `More than ${UPLOAD_LIMITS.files.toLocaleString("en")} files are too many to drop here; give their folder to gan-explorer train.`;
}

// Send them. progress(share): 0 to 1, as they go. Gives { done, cancel }: done is a promise of the server's reply,
// { ok: true, id, name } or { ok: false, message }, and never fails; cancel() stops the sending, and what was sent is
// thrown away.
/** @param {{ path: string, file: File }[]} files @param {(share: number) => void} [progress] */
export function upload(files, progress = () => {}) {
  const request = new XMLHttpRequest();

  const done = new Promise((answer) => {
    const fail = (message) => answer({ ok: false, message });
    const problem = problemWith(files);
    if (problem) {
      fail(problem);
      return;
    }
    const list = new TextEncoder().encode(files.map(({ path, file }) => JSON.stringify([path, file.size])).join("\n"));
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, list.length);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("load", () => {
      try {
        answer(JSON.parse(request.responseText));
      } catch {
        fail("The app did not take these pictures; its terminal says why.");
      }
    });
    request.addEventListener("error", () => fail("The sending broke off. Is the app still running, and is every file still there?"));
    request.addEventListener("abort", () => fail("Stopped; nothing was kept."));
    request.open("POST", new URL("uploads", document.baseURI));
    request.setRequestHeader("X-GAN-Explorer", "upload"); // other sites' pages cannot send this
    request.send(new Blob([length, list, ...files.map(({ file }) => file)]));
  });

  return { done, cancel: () => request.abort() };
}

// Why these cannot be sent, as a sentence; "" if they can.
export function problemWith(files) {
  if (!files.length) return "There is no file in this; drop a folder with one sub-folder of pictures per class, or a zip or tar of one.";
  if (files.length > UPLOAD_LIMITS.files) return tooManyFiles();
  const large = files.find(({ file }) => file.size > UPLOAD_LIMITS.file && !UPLOAD_PACKED.test(file.name));
  if (large) return `${large.path} is larger than ${UPLOAD_LIMITS.file / 2 ** 20} MB: that is no training picture.`;
  if (files.reduce((sum, { file }) => sum + file.size, 0) > UPLOAD_LIMITS.bytes) {
    return `These files are larger than ${UPLOAD_LIMITS.bytes / 2 ** 30} GB, the most that can be dropped here; give their folder to gan-explorer train.`;
  }
  return "";
}
