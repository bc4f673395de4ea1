// What pages gain with JavaScript: NHS components, dropping files, upload progress, drafts, staying signed in.
// Every page works without it.
import { initAll } from "../nhsuk/10.6.1/nhsuk-frontend.min.js";

const LARGE_ENOUGH_FOR_PROGRESS = 1024 * 1024;
const DRAFT_EVERY_MS = 20_000;
const WARN_BEFORE_MS = 5 * 60_000;

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// What is sent while a page is left is sent to its end; browsers take no more than this that way.
const MOST_ON_LEAVING = 60_000;

function post(address, body) {
  return fetch(address, {
    method: "POST",
    body,
    keepalive: body.toString().length < MOST_ON_LEAVING,
    credentials: "same-origin",
    headers: { "X-CSRFToken": meta("csrf-token") ?? "" },
  });
}

const address = () => location.pathname + location.search;
let shown = address();

function readableSize(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

// --- Dropping files -------------------------------------------------------------------------------------------

function initDropZone(zone) {
  const input = zone.querySelector("input[type=file]");
  const list = zone.querySelector(".app-drop-zone__files");
  zone.querySelector(".app-drop-zone__or")?.removeAttribute("hidden");

  const show = () => {
    list.replaceChildren(...[...input.files].map((file) => {
      const row = element("li", "app-drop-zone__file");
      row.append(element("strong", "", file.name), " ", element("span", "app-drop-zone__size", readableSize(file.size)));
      return row;
    }));
  };
  const drop = (event) => {
    event.preventDefault();
    zone.classList.remove("app-drop-zone--over");
    // What was chosen before stays: dropping adds.
    const all = new DataTransfer();
    const files = input.multiple ? [...input.files, ...event.dataTransfer.files] : [event.dataTransfer.files[0]];
    files.filter(Boolean).forEach((file) => all.items.add(file));
    input.files = all.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("app-drop-zone--over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("app-drop-zone--over"));
  zone.addEventListener("drop", drop);
  input.addEventListener("change", show);
  show();
}

// --- Sending files with a bar that moves ----------------------------------------------------------------------

function bytesOf(form) {
  return [...form.querySelectorAll("input[type=file]")]
    .flatMap((input) => [...input.files])
    .reduce((sum, file) => sum + file.size, 0);
}

function initUpload(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || bytesOf(form) <= LARGE_ENOUGH_FOR_PROGRESS) return;
    event.preventDefault();
    send(form, event.submitter);
  });
}

function send(form, submitter) {
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  const progress = progressUnder(form);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) progress.show(event.loaded / event.total);
  });
  request.addEventListener("load", () => follow(request, form, progress));
  request.addEventListener("error", () => progress.failed());
  request.open("POST", form.action);
  request.send(body);
}

function progressUnder(form) {
  form.querySelector(".app-progress")?.remove();
  const box = element("div", "app-progress");
  const bar = element("progress", "app-progress__bar");
  const text = element("p", "app-progress__text", "Sending your files");
  bar.max = 1;
  bar.setAttribute("aria-label", "Sending your files");
  text.setAttribute("role", "status");
  box.append(bar, text);
  form.append(box);
  let said = 0;
  return {
    show(part) {
      bar.value = part;
      // Said at each quarter only: a screen reader would otherwise never stop.
      if (part < 1 && Math.floor(part * 4) === said) return;
      said = Math.floor(part * 4);
      text.textContent = part < 1 ? `${Math.round(part * 100)} % sent` : "Sent. Checking the files, please wait";
    },
    failed() {
      bar.remove();
      form.dataset.sending = "";
      text.textContent = "The connection was lost, so we cannot say that anything was saved. Your answers are still here: send again.";
    },
  };
}

function follow(request, form, progress) {
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = answer.querySelector("main");
  if (!main) {
    progress.failed();
    return;
  }
  // The answer is shown, not fetched again: a second visit would have lost its "Saved" notice. Only <main> changes
  // place, because scripts of the answer carry another nonce, which this document's policy refuses.
  const here = new URL(form.action, location.href).href;
  if (request.responseURL && request.responseURL !== here) history.pushState({}, "", request.responseURL);
  shown = address();
  document.title = answer.title;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  start(document.querySelector("main"));
  const first = document.querySelector(".nhsuk-error-summary, .nhsuk-notification-banner, main h1");
  first?.setAttribute("tabindex", "-1");
  first?.focus();
  window.scrollTo(0, 0);
}

// --- Pressing the button twice --------------------------------------------------------------------------------

function initOnce(form) {
  form.addEventListener("submit", (event) => {
    // Soft: the second press within five seconds does nothing; the button is never greyed out for good.
    const now = Date.now();
    if (now - Number(form.dataset.sending || 0) < 5000) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else {
      form.dataset.sending = String(now);
    }
  });
}

// --- Drafts ---------------------------------------------------------------------------------------------------

function initDraft(form) {
  const typed = () => {
    const fields = new FormData(form);
    const secret = new Set(["csrf_token", ...[...form.querySelectorAll("input[type=password]")].map((input) => input.name)]);
    for (const [name, value] of [...fields]) if (value instanceof File || secret.has(name)) fields.delete(name);
    fields.set("_path", location.pathname);
    return new URLSearchParams(fields);
  };
  let kept = typed().toString();
  const note = element("p", "app-saved");
  note.setAttribute("role", "status");

  const save = async () => {
    const now = typed();
    // A form on its way is no draft: leaving its page must not bring back what has just been saved.
    if (form.dataset.sending || now.toString() === kept) return;
    try {
      const answer = await post("/drafts", now);
      if (!answer.ok || answer.redirected) return;
      kept = now.toString();
      session.renewed();
      note.textContent = `Draft kept at ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}. Nobody else sees it.`;
      form.append(note);
    } catch {
      // No network: the next round tries again, and what was typed is still on the page.
    }
  };
  const timer = setInterval(() => (form.isConnected ? save() : clearInterval(timer)), DRAFT_EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden && form.isConnected && save());
}

// --- Staying signed in ----------------------------------------------------------------------------------------

const session = { renewed() {} };

function initSession() {
  const seconds = Number(meta("session-ends"));
  if (!seconds || typeof HTMLDialogElement === "undefined") return;
  const { dialog, title, text, stay, leave } = sessionDialog();
  let warning;
  let end;

  session.renewed = () => {
    clearTimeout(warning);
    clearTimeout(end);
    warning = setTimeout(() => dialog.open || dialog.showModal(), Math.max(0, seconds * 1000 - WARN_BEFORE_MS));
    end = setTimeout(ended, seconds * 1000);
  };
  const ended = () => {
    title.textContent = "You have been signed out";
    text.textContent = "Nobody used this page for a while, and ward computers are shared. What you typed in a form that keeps drafts is offered to you again after you sign in.";
    stay.hidden = true;
    leave.textContent = "Sign in again";
    leave.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
    if (!dialog.open) dialog.showModal();
  };
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  stay.addEventListener("click", async () => {
    const answer = await post("/session/stay", new URLSearchParams()).catch(() => null);
    if (answer?.ok && !answer.redirected) {
      dialog.close();
      session.renewed();
    } else {
      ended();
    }
  });
  session.renewed();
}

function sessionDialog() {
  const dialog = element("dialog", "app-dialog");
  const title = element("h2", "nhsuk-heading-m", "You will be signed out in 5 minutes");
  const text = element("p", "", "Nothing has happened on this page for a while, and ward computers are shared. Do you need more time?");
  const stay = element("button", "nhsuk-button", "Stay signed in");
  const leave = element("a", "app-dialog__leave");
  title.id = "app-session-title";
  stay.type = "button";
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, text, stay, leave);
  document.body.append(dialog);
  return { dialog, title, text, stay, leave };
}

// --- Questions that only some answers ask ---------------------------------------------------------------------

// Without JavaScript they all stand there, and their hints say when they are needed. One with an error always shows.
function initShownWhen(block) {
  const values = block.dataset.values.split(" ");
  const answers = block.closest("form").querySelectorAll(`input[name="${block.dataset.shownWhen}"]`);
  const update = () => {
    const chosen = [...answers].find((answer) => answer.checked)?.value;
    block.hidden = !values.includes(chosen) && !block.querySelector(".nhsuk-error-message");
  };
  answers.forEach((answer) => answer.addEventListener("change", update));
  update();
}

const isPicture = (name) => /\.(png|jpe?g)$/i.test(name.trim());

function initShownWithPictures(block) {
  const input = block.closest("form").querySelector(`input[type=file][name="${block.dataset.shownWithPictures}"]`);
  const update = () => {
    const pictures = [...(input?.files ?? [])].some((file) => isPicture(file.name));
    const kept = [...block.closest("form").querySelectorAll(".app-held strong")].some((name) => isPicture(name.textContent));
    block.hidden = !pictures && !kept && !block.querySelector(".nhsuk-error-message");
  };
  input?.addEventListener("change", update);
  update();
}

// --- Beginning ------------------------------------------------------------------------------------------------

// The design system marks a radio that opens further questions as expanded or not, which ARIA does not allow on a
// radio: screen readers differ in what they make of it. The questions follow it in reading order all the same.
// It marks them at every click and whenever a page is shown; an observer answers before anything else can look.
const EXPANDED = { subtree: true, attributes: true, attributeFilter: ["aria-expanded"] };
new MutationObserver((marks) => {
  marks.filter(({ target }) => target.matches("input[type=radio]")).forEach(({ target }) => target.removeAttribute("aria-expanded"));
}).observe(document, EXPANDED);

function start(scope) {
  initAll(scope === document ? undefined : { scope });
  scope.querySelectorAll(".app-drop-zone").forEach(initDropZone);
  scope.querySelectorAll("form[method=post]").forEach(initOnce);
  scope.querySelectorAll("form[data-upload]").forEach(initUpload);
  scope.querySelectorAll("form[data-draft]").forEach(initDraft);
  scope.querySelectorAll("[data-shown-when]").forEach(initShownWhen);
  scope.querySelectorAll("[data-shown-with-pictures]").forEach(initShownWithPictures);
  scope.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
}

// An answer shown after an upload has an address of its own: going back from it loads what was there.
// (Following a link to a field of the same page is no going back, though browsers announce it the same way.)
window.addEventListener("popstate", () => address() !== shown && location.reload());

start(document);
initSession();
