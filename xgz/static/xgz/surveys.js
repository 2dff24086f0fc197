// Answers of a walk: kept on the phone until they have arrived, each with a key by which it has one
// effect. Kept are public ids, codes and answers; nothing about anybody (SV-5). Each bears the mark
// of its writer: a page keeps and sends that person's own, and only while the phone is theirs.
(() => {
  const root = document.querySelector("[data-survey]");
  if (!root) return;
  const PREFIX = "xgz.survey.";
  const RETRY_MS = 20000;
  const SHELL_MS = 4000;
  const words = root.querySelector("[data-words]").dataset;
  const banner = root.querySelector("[data-banner]");
  const template = root.querySelector("template[data-form]");
  const shell = root.dataset.shell;
  const replies = new Map(); // key of an answer → what the server said of it, for this page alone
  let sending = false;
  let signedOut = false;

  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(PREFIX + name) || "[]");
    } catch {
      return [];
    }
  };
  const write = (name, value) => localStorage.setItem(PREFIX + name, JSON.stringify(value));
  const mark = document.body.dataset.owner || localStorage.getItem(`${PREFIX}owner`) || "";
  // Another tab may have signed out meanwhile, or somebody else have signed in.
  const isOurs = () => mark !== "" && localStorage.getItem(`${PREFIX}owner`) === mark;
  const queue = () => read("waiting").filter((item) => item.owner === mark);
  const change = (edit) => {
    if (isOurs()) write("waiting", edit(queue()));
  };
  const drop = (key) => change((all) => all.filter((item) => item.key !== key));
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  // The page knows the office's day; without one the phone's own clock has to do.
  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  };
  const opened = today();
  // A page left open overnight is of yesterday: the phone's clock tells how many days have passed.
  const dayOfVisit = () => {
    if (!root.dataset.day) return today();
    const passed = Math.max(0, Date.parse(today()) - Date.parse(opened));
    return new Date(Date.parse(root.dataset.day) + passed).toISOString().slice(0, 10);
  };
  const rowOf = (id) => root.querySelector(`[data-row="${CSS.escape(id)}"]`);

  const showBanner = () => {
    const number = queue().length;
    let text = "";
    if (number) text = navigator.onLine ? words.waiting : words.offline;
    else if (!navigator.onLine) text = words.noNetwork;
    if (number && signedOut) text = words.signedOut;
    banner.hidden = !text;
    banner.textContent = text.replace("{n}", number);
  };
  const say = (place, text, tone) => {
    const state = place && place.querySelector("[data-state]");
    if (!state) return;
    state.hidden = !text;
    state.className = `x-survey-state ${tone || ""}`;
    state.replaceChildren(text);
  };
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-sm";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  // What the writer answered, in the words of the form.
  const written = (item) => {
    const form = template ? template.content : root.querySelector(".x-survey-form");
    if (!form) return "";
    const chosen = form.querySelector(`[name=outcome][value="${CSS.escape(item.fields.outcome)}"]`);
    const counts = ["staff", "members"].filter((name) => item.fields[name]).map((name) => {
      const label = form.querySelector(`[name=${name}]`).closest("label").textContent.trim();
      return `${label} ${item.fields[name]}`;
    });
    return words.was.replace("{n}", [chosen ? chosen.nextElementSibling.textContent : "", ...counts].join("，"));
  };
  // An answer that was not taken stays with its words, until its writer decides.
  const showReply = (item, reply) => {
    const place = rowOf(item.row) || orphan(item);
    if (!place) return;
    say(place, `${reply.words}${written(item)}`, "x-danger");
    const state = place.querySelector("[data-state]");
    const acts = document.createElement("span");
    acts.className = "x-m-go";
    if (reply.state === "changed" && reply.version !== undefined) {
      acts.append(button(words.mine, () => {
        change((all) => all.map((each) => (each.key === item.key ? { ...each, key: newKey(), version: reply.version } : each)));
        say(place, words.kept, "x-warn");
        send();
      }));
    }
    acts.append(button(words.theirs, () => {
      drop(item.key);
      if (reply.version !== undefined) place.dataset.version = reply.version;
      say(place, "", "");
      showBanner();
    }));
    state.append(acts);
  };
  // The row of an answer that waits is no longer on this list: it gets a line by its code.
  const orphan = (item) => {
    const list = root.querySelector("[data-orphans]");
    if (!list) return null;
    const line = document.createElement("li");
    line.dataset.row = item.row;
    const code = document.createElement("b");
    code.textContent = item.code;
    const state = document.createElement("p");
    state.dataset.state = "";
    line.append(code, state);
    list.append(line);
    list.hidden = false;
    return line;
  };

  const post = async (item) => {
    const token = (root.querySelector("[name=csrfmiddlewaretoken]") || template.content.querySelector("[name=csrfmiddlewaretoken]")).value;
    const place = rowOf(item.row);
    const address = (place && place.dataset.answer) || `/surveys/rows/${item.row}/answer/`;
    const body = new URLSearchParams({ ...item.fields, key: item.key, version: item.version, csrfmiddlewaretoken: token });
    return fetch(address, { method: "POST", body, redirect: "manual", headers: { "X-Waiting": item.owner } });
  };
  const done = (item, reply) => {
    drop(item.key);
    const next = (each) => (each.row === item.row && Number(each.version) === item.version ? { ...each, version: reply.version } : each);
    change((all) => all.map(next)); // a correction made while the first answer was on its way
    if (isOurs()) write("rows", read("rows").map(next));
    const place = rowOf(item.row);
    if (!place) return;
    place.dataset.version = reply.version;
    say(place, `${reply.words} · ${words.sent}`, "x-ok");
  };
  // Returns false where there is no sense in trying the next one now.
  const sendOne = async (item) => {
    let response;
    try {
      response = await post(item);
    } catch {
      return false;
    }
    if (response.type === "opaqueredirect" || response.status === 401) {
      signedOut = true;
      return false;
    }
    if (response.status >= 500 || response.status === 429) return false;
    let reply = { state: "refused", words: response.status === 404 ? words.gone : words.stale };
    if ((response.headers.get("Content-Type") || "").startsWith("application/json")) reply = await response.json();
    if (response.ok) {
      done(item, reply);
      return true;
    }
    replies.set(item.key, reply);
    showReply(item, reply);
    return true;
  };
  const send = async () => {
    showBanner();
    if (shell || sending || !navigator.onLine) return;
    sending = true;
    try {
      for (const item of queue()) {
        if (!isOurs()) break;
        if (replies.has(item.key)) continue;
        if (!(await sendOne(item))) break;
      }
    } finally {
      sending = false;
      showBanner();
    }
  };

  const told = (form) => {
    const part = form.querySelector("[data-told]");
    const chosen = form.querySelector("[name=outcome]:checked");
    part.hidden = !chosen || chosen.value !== "visited";
  };
  const keep = (form, place) => {
    const fault = form.querySelector("[data-fault]");
    if (!isOurs()) {
      fault.textContent = words.left;
      fault.hidden = false;
      return;
    }
    const bad = [...form.elements].find((control) => !control.checkValidity());
    if (bad) {
      fault.textContent = bad.validationMessage;
      fault.hidden = false;
      return;
    }
    const fields = { day: dayOfVisit() };
    const visited = form.querySelector("[name=outcome]:checked").value === "visited";
    fields.outcome = form.querySelector("[name=outcome]:checked").value;
    for (const name of visited ? ["staff", "members", "has_organisation", "has_plaque"] : []) {
      fields[name] = new FormData(form).get(name) || "";
    }
    const item = { key: newKey(), owner: mark, row: place.dataset.row, code: place.dataset.code, version: Number(place.dataset.version), fields };
    try {
      // A row holds one waiting answer: the newest its writer gave.
      change((all) => [...all.filter((each) => each.row !== item.row), item]);
    } catch {
      fault.textContent = words.full;
      fault.hidden = false;
      return;
    }
    if (template) form.remove();
    say(place, words.kept, "x-warn");
    send();
  };
  root.addEventListener("change", (event) => {
    if (event.target.name === "outcome") told(event.target.form);
  });
  root.addEventListener("submit", (event) => {
    if (!event.target.matches(".x-survey-form")) return;
    event.preventDefault();
    keep(event.target, event.target.closest("[data-row]"));
  });
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-form]");
    if (!opener) return;
    const place = opener.closest("[data-row]");
    const open = root.querySelector("li .x-survey-form");
    const same = open && place.contains(open);
    if (open) open.remove();
    if (same) return;
    place.append(template.content.firstElementChild.cloneNode(true));
    place.querySelector(".x-survey-form [name=outcome]").focus();
  });
  // What concerns people is never kept on the phone: without a network it is refused.
  const needNetwork = (event, selector) => {
    const part = event.target.closest(selector);
    if (!part || navigator.onLine) return;
    event.preventDefault();
    say(part.closest("[data-row]"), words.needsNetwork, "x-warn");
  };
  document.addEventListener("click", (event) => needNetwork(event, "a[data-needs-network]"));
  document.addEventListener("submit", (event) => needNetwork(event, "[data-needs-network] form"));

  const showShell = () => {
    const rows = read("rows");
    const list = root.querySelector("[data-shell-list]");
    root.querySelector("[data-shell-none]").hidden = rows.length > 0;
    for (const row of rows) {
      const line = root.querySelector("[data-shell-row]").content.firstElementChild.cloneNode(true);
      Object.assign(line.dataset, row);
      line.querySelector("[data-code]").textContent = row.code;
      list.append(line);
    }
  };
  // The browser says it is online before anything gets through: the shell goes when something did.
  const leaveShell = async () => {
    showBanner();
    if (!navigator.onLine || root.querySelector(".x-survey-form")) return;
    try {
      await fetch(root.dataset.probe, { cache: "no-store", redirect: "manual" });
    } catch {
      return;
    }
    window.location.replace(shell);
  };
  const begin = () => {
    const owner = document.body.dataset.owner;
    if (owner) localStorage.setItem(`${PREFIX}owner`, owner);
    if (shell) showShell();
    root.querySelectorAll("[data-open-form]").forEach((part) => { part.hidden = false; });
    root.querySelectorAll(".x-survey-form").forEach(told);
    if (root.dataset.list !== undefined) {
      write("rows", [...root.querySelectorAll("li[data-row]")].map(({ dataset }) => ({ row: dataset.row, code: dataset.code, version: dataset.version })));
    }
    for (const item of queue()) say(rowOf(item.row), words.kept, "x-warn");
    if (root.dataset.worker && navigator.serviceWorker) navigator.serviceWorker.register(root.dataset.worker).catch(() => {});
    window.addEventListener("offline", showBanner);
    window.addEventListener("online", () => (shell ? leaveShell() : send()));
    window.setInterval(() => {
      if (shell) leaveShell();
      else if (queue().length) send();
    }, shell ? SHELL_MS : RETRY_MS);
    send();
  };
  begin();
})();
