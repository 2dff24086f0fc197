// A number left open on a screen is blurred after a minute without a hand on mouse or keyboard.
(() => {
  const IDLE_MS = 60000;
  const value = document.querySelector("[data-reveal]");
  const note = document.querySelector("[data-reveal-hidden]");
  if (!value) return;
  let timer = 0;
  const hide = () => {
    value.classList.add("is-idle");
    if (note) note.hidden = false;
  };
  const show = () => {
    value.classList.remove("is-idle");
    if (note) note.hidden = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(hide, IDLE_MS);
  };
  for (const name of ["mousemove", "keydown", "pointerdown", "touchstart", "wheel"]) {
    document.addEventListener(name, show, { passive: true });
  }
  document.addEventListener("visibilitychange", () => { if (document.hidden) hide(); });
  // Going back must not bring the number back from the browser's memory.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  show();
})();
