// What a phone kept of a survey goes when its person has signed out or another one signs in (SV-5).
(() => {
  const PREFIX = "xgz.survey.";
  const kept = () => Object.keys(window.localStorage).filter((name) => name.startsWith(PREFIX));
  const waiting = () => {
    try {
      return JSON.parse(window.localStorage.getItem(`${PREFIX}waiting`) || "[]").length;
    } catch {
      return 0;
    }
  };
  const forget = () => {
    kept().forEach((name) => window.localStorage.removeItem(name));
    if (window.caches) {
      caches.keys().then((names) => names.filter((name) => name.startsWith("xgz-survey-")).forEach((name) => caches.delete(name)));
    }
    if (navigator.serviceWorker) {
      navigator.serviceWorker.getRegistrations().then((all) => all.forEach((each) => each.unregister()));
    }
  };
  // Nothing goes before the server has ended the session: without a network it lives on.
  const signOut = async (form) => {
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
      if (response.type !== "opaqueredirect") throw new Error(String(response.status));
    } catch {
      window.alert(form.dataset.stays);
      return;
    }
    forget();
    window.location.assign("/");
  };
  document.addEventListener("submit", (event) => {
    const words = event.target.dataset.signOut;
    if (words === undefined || !kept().length) return;
    event.preventDefault();
    const number = waiting();
    if (!number || window.confirm(words.replace("{n}", number))) signOut(event.target);
  });
  const { owner, forget: must } = document.body.dataset;
  const before = window.localStorage.getItem(`${PREFIX}owner`);
  if (must !== undefined || (owner && before !== owner && kept().length)) forget();
})();
