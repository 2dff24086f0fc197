// Keeps the shell and its static files for a walk without a network; never a page of somebody.
const MARK = "xgz-survey-{{ mark }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const SHELL = "{{ shell|escapejs }}";
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(MARK).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== MARK).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});
self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET") return;
  const kept = request.mode === "navigate" ? SHELL : new URL(request.url).pathname;
  if (!FILES.includes(kept)) return;
  event.respondWith(fetch(request).catch(() => caches.match(kept)));
});
