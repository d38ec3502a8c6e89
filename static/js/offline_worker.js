/**
 * The service worker: the handheld's pages open again without network, whole and of one version.
 *
 * A page is kept with every file it loads, in a cache of that page and version; the files come first, the page last, and only then the version
 * before it goes. A file's address holds its version, so one version's file never stands in for another's. Where a door of the app gets
 * no answer, it leads to the kept page that was worked with last. The API, the socket and all other pages go to the server as ever.
 * Scans are not kept here but in the device's store, which no update touches.
 */
const PAGES = ["/pick", "/put-backs", "/counts"];
const DOORS = ["/", "/load"];
const LAST = "last";
const PICTURES = "pictures";
const MOST_PICTURES = 600;
const WITHIN = 4000;
const BRIEFLY = 500;
const REMEMBERED = 10_000;
const FILES = /(?:href|src|data-later)="(\/static\/([^/"]+)\/[^"]+)"/g;
let silentAt = -Infinity;
let forgotten = 0;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data?.forget) event.waitUntil(forget());
  else if (PAGES.includes(event.data?.keep)) event.waitUntil(refresh(event.data.keep));
});
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (isOtherPerson(event.request, pathname)) event.waitUntil(forget());
  else if (isSignOut(event.request, pathname)) event.respondWith(signOut(event.request));
  else if (event.request.mode === "navigate" && [...PAGES, ...DOORS].includes(pathname)) event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(file(event.request));
  else if (pathname.startsWith("/pictures/")) event.respondWith(picture(event));
});

/** The server's page when it comes in time, else the one kept; who is signed out finds none. */
async function page(event, path) {
  const isKept = PAGES.includes(path);
  const since = forgotten;
  const asked = fetch(event.request);
  const answer = await inTime(asked);
  if (answer?.ok && isKept) event.waitUntil(keep(path, answer.clone(), since));
  if (answer?.type === "opaqueredirect") event.waitUntil(forget());
  if (answer && answer.status < 500) return answer;
  const found = await (isKept ? kept(path) : caches.match("/", { cacheName: LAST }));
  if (found && isKept) event.waitUntil(leadTo(path));
  return found ?? asked;
}

async function file(request) {
  return (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request);
}

/** A picture's address holds its hash: one that is kept is right for good. The oldest go first. */
async function picture(event) {
  const cache = await caches.open(PICTURES);
  const found = await cache.match(event.request.url);
  if (found) return found;
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(cache.put(event.request.url, answer.clone()).then(() => thinOut(cache)));
  return answer;
}

async function thinOut(cache) {
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST_PICTURES)).map((one) => cache.delete(one)));
}

async function refresh(path) {
  const since = forgotten;
  const answer = await fetch(path, { redirect: "manual" });
  if (answer.ok) await keep(path, answer, since);
}

/** Keeps a page that was asked for when pages had been forgotten `since` times; who signed out meanwhile leaves none. */
async function keep(path, answer, since) {
  const found = [...(await answer.clone().text()).matchAll(FILES)];
  if (since !== forgotten) return;
  const name = `${shellOf(path)}${found[0]?.[2]}`;
  const cache = await caches.open(name);
  const addresses = [...new Set(found.map(([, address]) => address))];
  await Promise.all(addresses.map((address) => add(cache, address)));
  if (since !== forgotten) return;
  await cache.put(path, answer);
  await leadTo(path);
  await drop((other) => since !== forgotten || (other.startsWith(shellOf(path)) && other !== name));
}

/** From now on this is the page that was worked with last. */
async function leadTo(path) {
  await (await caches.open(LAST)).put("/", Response.redirect(path));
}

async function add(cache, address) {
  if (!(await cache.match(address, { ignoreVary: true }))) await cache.add(address);
}

async function kept(path) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(shellOf(path)) && (await (await caches.open(name)).match(path));
    if (found) return found;
  }
  return null;
}

/** Who could not tell the server is still signed in, and the page still opens. */
async function signOut(request) {
  const answer = await fetch(request);
  await forget();
  return answer;
}

/** Nobody is signed in any more, or somebody else: no page with another's name opens. */
function forget() {
  forgotten += 1;
  return drop(() => true);
}

async function drop(isOld) {
  const names = (await caches.keys()).filter(isOld);
  await Promise.all(names.map((name) => caches.delete(name)));
}

function shellOf(path) {
  return `shell:${path}:`;
}

/** The answer that came in time, else null. A silent line is waited for at the door, and not as long again at the page behind it. */
async function inTime(asked) {
  const wasSilent = Date.now() - silentAt < REMEMBERED;
  const late = new Promise((resolve) => setTimeout(resolve, wasSilent ? BRIEFLY : WITHIN, undefined));
  const answer = await Promise.race([asked.catch(() => null), late]);
  silentAt = answer === undefined ? Date.now() : -Infinity;
  return answer ?? null;
}

function isOtherPerson({ method }, path) {
  return method === "POST" && ["/sign-in", "/sign-out"].includes(path);
}

function isSignOut({ method }, path) {
  return method === "DELETE" && path === "/api/v1/session";
}
