// Checks people in at the coach's door, with or without a connection. What was ticked is kept on the phone until the
// platform has it; twice is the same boarding, so it is sent again whenever that is in doubt.
const root = document.querySelector("[data-boarding]");
const trip = root.dataset.boarding;
const words = JSON.parse(root.dataset.words);
const KEY = `boarding/${trip}`;
const KEPT_DAYS = 7;
const CACHE = "boarding";

const find = (mark) => root.querySelector(`[data-${mark}]`);
const rows = [...root.querySelectorAll("[data-order]")];
const say = (word, facts = {}) => words[word].replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");

// { ticks: {order: {at, isMerged}}, unknown: [{token, at}], refused: [{who, why}], savedAt }
let kept = { ticks: {}, unknown: [], refused: [] };
try {
  kept = { ...kept, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
} catch {
  /* what cannot be read was not ours */
}
// Whether the last try to send was in vain: said beside the count, so that it does not wipe out what a check came to.
let isUnheard = false;
let isMerging = false;

function save() {
  localStorage.setItem(KEY, JSON.stringify({ ...kept, savedAt: Date.now() }));
}

function tell(text, tone = "good") {
  const line = find("say");
  line.hidden = false;
  line.className = `alert tone-${tone}`;
  line.textContent = text;
}

const facts = (row) => ({ seat: row.dataset.seat, name: row.dataset.name });
const isAboard = (row) => "boarded" in row.dataset || row.dataset.order in kept.ticks;
const waiting = () => Object.values(kept.ticks).filter((tick) => !tick.isMerged).length + kept.unknown.length;

function paint() {
  for (const row of rows) {
    const tick = kept.ticks[row.dataset.order];
    row.classList.toggle("is-aboard", isAboard(row));
    const form = row.querySelector("form");
    if (form) form.hidden = isAboard(row);
    row.querySelector("[data-untick]").hidden = !tick || tick.isMerged;
  }
  find("count").textContent = String(rows.filter(isAboard).length);
  const unsent = [say("waiting", { count: waiting() }), ...(isUnheard ? [say("offline")] : [])].join(" ");
  find("sync").textContent = waiting() ? unsent : say("merged");
  find("clear").hidden = waiting() > 0;
  const conflicts = find("conflicts");
  conflicts.hidden = kept.refused.length === 0;
  conflicts.querySelector("ul").replaceChildren(
    ...kept.refused.map(({ who, why }) => {
      const line = document.createElement("li");
      const text = line.appendChild(document.createElement("div"));
      text.appendChild(document.createElement("b")).textContent = who;
      text.appendChild(document.createElement("small")).textContent = why;
      return line;
    }),
  );
}

function tick(row) {
  row.scrollIntoView({ block: "center" });
  if (isAboard(row)) return tell(say("again", facts(row)), "soon");
  kept.ticks[row.dataset.order] = { at: new Date().toISOString() };
  save();
  paint();
  tell(say("ticked", facts(row)));
  merge();
}

async function hashOf(text) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
const codeOf = (hash) => String(Number.parseInt(hash.slice(0, 12), 16) % 1e6).padStart(6, "0");

// What a QR code says: a token of this coach, of another one, or something else.
async function checkToken(token) {
  const hash = await hashOf(token);
  const row = rows.find((one) => one.dataset.hash === hash);
  if (row) return tick(row);
  let claims;
  try {
    const text = atob(token.split(".")[0].replaceAll("-", "+").replaceAll("_", "/"));
    claims = JSON.parse(text);
  } catch {
    return tell(say("not_a_code"), "bad");
  }
  if (claims.p !== "seat") return tell(say("not_a_code"), "bad");
  if (claims.c?.trip !== trip) return tell(say("other_coach"), "bad");
  if (!kept.unknown.some((one) => one.token === token)) kept.unknown.push({ token, at: new Date().toISOString() });
  save();
  paint();
  tell(say("kept_unknown"), "soon");
  merge();
}

function checkCode(given) {
  const text = given.trim();
  if (text.length > 40) return checkToken(text);
  const row = rows.find((one) => codeOf(one.dataset.hash) === text);
  return row ? tick(row) : tell(say("nobody"), "bad");
}

async function merge() {
  const ticks = Object.entries(kept.ticks).filter(([, one]) => !one.isMerged);
  const unknown = [...kept.unknown];
  if (isMerging || ticks.length + unknown.length === 0) return;
  isMerging = true;
  const entries = [
    ...ticks.map(([order_id, { at }]) => ({ order_id, boarded_at: at })),
    ...unknown.map(({ token, at }) => ({ seat_token: token, boarded_at: at })),
  ].slice(0, 200);
  const body = new FormData();
  body.set("csrf_token", root.querySelector("input[name=csrf_token]").value);
  body.set("entries", JSON.stringify(entries));
  try {
    const answer = await fetch(`/boarding/${trip}/list`, { method: "POST", body });
    const isJson = answer.headers.get("content-type")?.includes("json");
    if (answer.redirected || [401, 403].includes(answer.status)) {
      find("sign-in").hidden = false;
      tell(say("signed_out"), "bad");
    } else if (answer.ok && isJson) {
      take(entries, (await answer.json()).refused);
    }
    isUnheard = !answer.ok || !isJson;
  } catch {
    isUnheard = true;
  }
  isMerging = false;
  paint();
}

function take(entries, refused) {
  find("sign-in").hidden = true;
  const why = new Map(refused.map((one) => [one.row, one.why]));
  entries.forEach((entry, at) => {
    const row = rows.find((one) => one.dataset.order === entry.order_id);
    const reason = why.get(at + 1);
    if (reason) {
      const time = new Date(entry.boarded_at).toLocaleTimeString(document.documentElement.lang);
      const who = row ? `${row.dataset.seat} ${row.dataset.name}` : say("unknown_person", { time });
      kept.refused.push({ who, why: reason });
      delete kept.ticks[entry.order_id];
    } else if (entry.order_id) {
      kept.ticks[entry.order_id] = { ...kept.ticks[entry.order_id], isMerged: true };
    }
    if (entry.seat_token) kept.unknown = kept.unknown.filter((one) => one.token !== entry.seat_token);
  });
  save();
}

let stream = null;
async function scan() {
  const video = find("video");
  if (stream) {
    for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.hidden = true;
    return;
  }
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    return tell(say("no_camera"), "bad");
  }
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let last = "";
  while (stream) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code && code.rawValue !== last) {
      last = code.rawValue;
      await checkToken(last);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-code]")) {
    event.preventDefault();
    checkCode(form.elements.code.value);
    form.reset();
  } else if (form.elements.order) {
    event.preventDefault();
    tick(form.closest("[data-order]"));
  }
});
root.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-untick]")) {
    delete kept.ticks[button.closest("[data-order]").dataset.order];
    save();
    paint();
  } else if (button?.matches("[data-scan]")) scan();
  else if (button?.matches("[data-dismiss]")) {
    kept.refused = [];
    save();
    paint();
  } else if (button?.matches("[data-clear]")) {
    kept = { ticks: {}, unknown: [], refused: [] };
    localStorage.removeItem(KEY);
    caches?.delete(CACHE);
    paint();
    tell(say("cleared"));
  }
});
root.querySelector("#find")?.addEventListener("input", (event) => {
  const wanted = event.target.value.trim();
  for (const row of rows) row.hidden = !`${row.dataset.seat} ${row.dataset.name}`.includes(wanted);
});

// Lists of coaches that are long gone do not stay on the phone.
for (const key of Object.keys(localStorage)) {
  if (!key.startsWith("boarding/") || key === KEY) continue;
  const { savedAt = 0 } = JSON.parse(localStorage.getItem(key) ?? "{}");
  if (Date.now() - savedAt < KEPT_DAYS * 86400000) continue;
  localStorage.removeItem(key);
  globalThis.caches?.open(CACHE).then((cache) => cache.delete(`/${key}`));
}

async function keepPage() {
  if (!("serviceWorker" in navigator)) throw new Error("no service worker");
  await navigator.serviceWorker.register("/boarding/worker.js", { scope: "/boarding/" });
  const cache = await caches.open(CACHE);
  const files = [...document.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon]")];
  await cache.addAll([location.pathname, ...new Set(files.map((file) => file.src || file.href))]);
}
keepPage().then(
  () => (find("kept").textContent = say("kept")),
  () => navigator.onLine && (find("kept").textContent = say("not_kept")),
);

find("find").hidden = false;
const scanner = find("scan");
if (scanner && "BarcodeDetector" in globalThis && navigator.mediaDevices) scanner.hidden = false;
globalThis.addEventListener("online", merge);
setInterval(() => navigator.onLine && merge(), 30000);
paint();
merge();
