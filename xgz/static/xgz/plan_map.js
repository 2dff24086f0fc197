// The map of a plan: every unit where it stands, drawn from the GeoJSON the page names. There are no
// tiles. What is shown here stands in the list below too: a unit ticked here is ticked there.
(() => {
  const root = document.getElementById("plan-map");
  if (!root || !window.L) return;
  const words = root.dataset;
  const frame = root.closest(".x-map-frame");
  const said = document.querySelector(".x-map-says");
  const scale = frame.querySelector(".x-map-scale");
  const tools = frame.querySelector(".x-map-tools");
  // Told apart by eyes that confuse red and green; the shape and the number say the same again.
  const COLOURS = ["#0b5f95", "#b3590a", "#1d7a5f", "#8a4a86", "#7a6400", "#3d5a80", "#5b4636"];
  const SHAPES = ["circle", "triangle", "diamond", "bar"];
  const RED = "#c8102e", ORANGE = "#bf3b00", GREY = "#626b78", INK = "#1d2129";
  const REACH_PX = window.matchMedia("(pointer: coarse)").matches ? 18 : 9;
  const LONGEST_PILE = 40;
  const KEPT = `xgz.plan.${words.map}`; // where the map looked; nothing about anybody

  const fill = (text, given) => text.replace(/\{(\w+)\}/g, (_all, name) => given[name] ?? "");
  const BOXES = `input[name="${words.field}"]`; // the tick boxes of the list
  const boxOf = (unit) => unit && document.querySelector(`${BOXES}[value="${CSS.escape(unit)}"]`);
  const say = (text) => { said.textContent = text; };

  // ---- what is drawn

  const sceneOf = (collection) => {
    const points = collection.features.map((feature) => {
      const [lon, lat] = feature.geometry.coordinates;
      return { ...feature.properties, at: L.latLng(lat, lon), px: null, ticked: false };
    });
    const groups = new Map();
    points.filter((point) => point.group && point.state !== "excluded").forEach((point) => {
      if (!groups.has(point.group)) groups.set(point.group, { label: point.group_label, points: [], hub: null });
      const group = groups.get(point.group);
      group.points.push(point);
      if (point.hub && (!group.hub || point.branch)) group.hub = point;
      group.joins = group.joins || point.branch;
    });
    groups.forEach((group, id) => group.joins && group.points.length === 1 && groups.delete(id)); // a branch nobody joins
    [...groups.values()].forEach((group, index) => {
      const number = (group.label || "").match(/\d+/);
      group.number = group.joins ? words.mark : number ? number[0] : String(index + 1);
      group.colour = COLOURS[index % COLOURS.length];
      group.shape = SHAPES[index % SHAPES.length];
      group.tint = tintOf(group.colour);
    });
    return { points, groups, reach: Number(collection.radius_m) || 0 };
  };

  const tintOf = (colour) => {
    const parts = [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
    return `rgb(${parts.map((part) => Math.round(255 - (255 - part) * 0.1)).join(",")})`;
  };

  // The convex hull of points on the screen (Andrew's monotone chain).
  const hullOf = (pixels) => {
    const sorted = [...pixels].sort((one, other) => one.x - other.x || one.y - other.y);
    const turns = (a, b, c) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    const half = (all) => all.reduce((line, next) => {
      while (line.length > 1 && turns(line[line.length - 2], line[line.length - 1], next) <= 0) line.pop();
      line.push(next);
      return line;
    }, []);
    return [...half(sorted).slice(0, -1), ...half(sorted.reverse()).slice(0, -1)];
  };

  const outline = (pen, shape, { x, y }, size) => {
    pen.beginPath();
    if (shape === "circle") pen.arc(x, y, size, 0, 2 * Math.PI);
    else if (shape === "square") pen.rect(x - size, y - size, 2 * size, 2 * size);
    else if (shape === "bar") pen.rect(x - size * 1.25, y - size * 0.7, size * 2.5, size * 1.4);
    else {
      const corners = shape === "triangle" ? [[0, -1.2], [1.2, 0.95], [-1.2, 0.95]] : [[0, -1.35], [1.35, 0], [0, 1.35], [-1.35, 0]];
      corners.forEach(([right, down]) => pen.lineTo(x + right * size, y + down * size));
      pen.closePath();
    }
  };

  const cross = (pen, { x, y }, size) => {
    pen.beginPath();
    pen.moveTo(x - size, y - size);
    pen.lineTo(x + size, y + size);
    pen.moveTo(x + size, y - size);
    pen.lineTo(x - size, y + size);
    pen.strokeStyle = GREY;
    pen.lineWidth = 1.6;
    pen.stroke();
  };

  const drawHull = (pen, group, size, isLit) => {
    const corners = hullOf(group.points.map((point) => point.px));
    pen.beginPath();
    corners.forEach(({ x, y }) => pen.lineTo(x, y));
    pen.closePath();
    pen.lineJoin = "round";
    // A wide line in the group's colour, and over it a narrower one in its tint, leave a rim.
    [[group.colour, size * 4 + (isLit ? 4 : 1.5)], [group.tint, size * 4]].forEach(([colour, width]) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    });
    pen.fillStyle = group.tint;
    pen.fill();
  };

  const drawSpokes = (pen, group) => {
    if (!group.hub) return;
    pen.beginPath();
    group.points.forEach(({ px }) => {
      pen.moveTo(group.hub.px.x, group.hub.px.y);
      pen.lineTo(px.x, px.y);
    });
    pen.strokeStyle = group.colour;
    pen.globalAlpha = 0.45;
    pen.lineWidth = 1;
    pen.stroke();
    pen.globalAlpha = 1;
  };

  const drawPoint = (pen, point, group, size) => {
    if (point.state === "excluded") return cross(pen, point.px, size);
    const isOut = !point.branch && (point.state === "left_out" || !group);
    outline(pen, point.branch ? "square" : isOut ? "circle" : group.shape, point.px, point.branch ? size + 1 : size);
    pen.fillStyle = point.branch ? RED : isOut ? "#fff" : group.colour;
    pen.fill();
    pen.strokeStyle = isOut ? ORANGE : "#fff";
    pen.lineWidth = isOut ? 2 : 1;
    return pen.stroke();
  };

  // Numbers that would lie upon each other wait until the map is nearer.
  const drawNumbers = (pen, groups, size) => {
    const used = new Set();
    const wide = (number) => 6 + 3 * number.length;
    const cell = 2 * Math.max(...[...groups.values()].map(({ number }) => wide(number)));
    pen.font = `600 ${size > 5 ? 12 : 11}px sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    groups.forEach(({ hub, colour, number }) => {
      if (!hub) return;
      const { x, y } = hub.px;
      const near = [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((down) => `${Math.floor(x / cell) + right} ${Math.floor(y / cell) + down}`));
      if (near.some((cell) => used.has(cell))) return;
      used.add(near[4]);
      outline(pen, hub.branch ? "square" : "circle", hub.px, wide(number));
      pen.fillStyle = "#fff";
      pen.fill();
      pen.strokeStyle = hub.branch ? RED : colour;
      pen.lineWidth = 2;
      pen.stroke();
      pen.fillStyle = INK;
      pen.fillText(number, x, y + 0.5);
    });
  };

  const ring = (pen, { x, y }, size, width) => {
    pen.beginPath();
    pen.arc(x, y, size, 0, 2 * Math.PI);
    pen.strokeStyle = INK;
    pen.lineWidth = width;
    pen.stroke();
  };

  const drawReach = (pen, map, hub, metres) => {
    const edge = map.latLngToContainerPoint(L.latLng(hub.at.lat, hub.at.lng).toBounds(metres * 2).getNorthEast());
    pen.setLineDash([5, 4]);
    ring(pen, hub.px, edge.x - hub.px.x, 1);
    pen.setLineDash([]);
  };

  // ---- one canvas over the whole map, drawn anew at most once a frame

  const Drawing = L.Layer.extend({
    initialize(scene) {
      this.scene = scene;
      this.active = null;
      this.lit = "";
    },
    onAdd(map) {
      this.canvas = L.DomUtil.create("canvas", "", map.getPane("overlayPane"));
      this.canvas.setAttribute("aria-hidden", "true");
      map.on("move zoom viewreset resize", this.later, this);
      this.later();
    },
    later() {
      if (!this.frame) this.frame = requestAnimationFrame(() => { this.frame = 0; this.draw(); });
    },
    draw() {
      const map = this._map, { x, y } = map.getSize(), fine = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      Object.assign(this.canvas, { width: x * fine, height: y * fine });
      Object.assign(this.canvas.style, { width: `${x}px`, height: `${y}px` });
      const pen = this.canvas.getContext("2d");
      pen.scale(fine, fine);
      this.paint(pen, map, Math.min(7, Math.max(2, 4 + (map.getZoom() - 13) * 0.8)));
    },
    paint(pen, map, size) {
      const { points, groups, reach } = this.scene;
      points.forEach((point) => { point.px = map.latLngToContainerPoint(point.at); });
      groups.forEach((group, id) => drawHull(pen, group, size, id === this.lit));
      groups.forEach((group) => drawSpokes(pen, group));
      points.forEach((point) => drawPoint(pen, point, groups.get(point.group), size));
      drawNumbers(pen, groups, size);
      points.filter((point) => point.ticked).forEach((point) => ring(pen, point.px, size + 4, 2));
      if (!this.active) return;
      ring(pen, this.active.px, size + 8, 1.5);
      if (reach && (this.active.hub || this.active.branch)) drawReach(pen, map, this.active, reach);
    },
    near({ x, y }, within) {
      const far = (point) => Math.hypot(point.px.x - x, point.px.y - y);
      const found = this.scene.points.filter((point) => point.px && far(point) <= within);
      return found.sort((one, other) => far(one) - far(other));
    },
  });

  // ---- what one does with it

  const stateOf = (point, groups) => {
    if (point.branch) return words.branch;
    const group = groups.get(point.group);
    if (!group) return point.state === "excluded" ? words.excluded : words.left_out;
    if (group.joins) return fill(words.joined, { group: group.label });
    return fill(point.hub ? words.hub : words.placed, { group: group.number });
  };
  const told = (point, groups) => fill(point.branch ? words.seat : words.point, { ...point, state: stateOf(point, groups) });

  const show = (map, drawing, point) => {
    drawing.active = point;
    drawing.lit = point ? point.group : "";
    drawing.later();
    root.classList.toggle("is-over", Boolean(point));
  };

  const tick = (drawing, point) => {
    const box = boxOf(point.unit);
    const what = told(point, drawing.scene.groups);
    if (!box || box.disabled) return say(point.branch ? what : `${what}　${words.elsewhere}`);
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    return say(`${box.checked ? words.ticked : words.unticked}　${what}`);
  };

  // Stalls of one market stand in one spot: they are named one under another.
  const openPile = (map, drawing, pile) => {
    const list = L.DomUtil.create("ul", "x-map-pile");
    pile.slice(0, LONGEST_PILE).forEach((point) => {
      const button = L.DomUtil.create("button", "", L.DomUtil.create("li", "", list));
      button.type = "button";
      button.textContent = told(point, drawing.scene.groups);
      button.setAttribute("aria-pressed", String(point.ticked));
      button.addEventListener("click", () => {
        tick(drawing, point);
        button.setAttribute("aria-pressed", String(point.ticked));
      });
    });
    const content = document.createElement("div");
    content.append(fill(words.pile, { number: pile.length }), list);
    L.popup({ minWidth: 220, autoPanPadding: [12, 12] }).setLatLng(pile[0].at).setContent(content).openOn(map);
    const close = root.querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", words.close);
  };

  const choose = (map, drawing, at) => {
    const found = drawing.near(at, REACH_PX);
    if (!found.length) return;
    const pile = found.filter((point) => point.px.distanceTo(found[0].px) < 3);
    const together = L.latLngBounds(pile.map((point) => point.at));
    if (pile.length === 1) tick(drawing, found[0]);
    else if (map.getZoom() >= map.getMaxZoom() || together.getNorthEast().equals(together.getSouthWest(), 1e-7)) openPile(map, drawing, pile);
    else map.fitBounds(together.pad(0.5));
  };

  const listenToMouse = (map, drawing) => {
    const tip = L.tooltip({ direction: "top", offset: [0, -8] });
    map.on("mousemove", (event) => {
      const [point] = drawing.near(event.containerPoint, REACH_PX);
      if (point === drawing.active || (!point && !drawing.active)) return;
      show(map, drawing, point || null);
      map.closeTooltip(tip);
      if (!point) return;
      const name = document.createElement("span");
      name.textContent = told(point, drawing.scene.groups);
      map.openTooltip(tip.setLatLng(point.at).setContent(name));
    });
    map.on("mouseout", () => { show(map, drawing, null); map.closeTooltip(tip); });
    map.on("click", (event) => choose(map, drawing, event.containerPoint));
    // A wheel that turns over the page turns the page, until somebody works on the map.
    map.on("focus", () => map.scrollWheelZoom.enable());
    map.on("blur", () => map.scrollWheelZoom.disable());
  };

  const listenToKeys = (map, drawing) => {
    const order = [...drawing.scene.points].sort(
      (one, other) => Number(!one.group) - Number(!other.group) || one.group.localeCompare(other.group) || Number(other.hub) - Number(one.hub),
    );
    const go = (by) => {
      const from = order.indexOf(drawing.active);
      const point = order[from < 0 ? (by > 0 ? 0 : order.length - 1) : (from + by + order.length) % order.length];
      show(map, drawing, point);
      if (!map.getBounds().contains(point.at)) map.panTo(point.at, { animate: false });
      say(told(point, drawing.scene.groups));
    };
    const keys = { n: () => go(1), p: () => go(-1), " ": () => drawing.active && tick(drawing, drawing.active) };
    root.addEventListener("keydown", (event) => {
      const does = event.target === root && !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key.toLowerCase()];
      if (!does || !order.length) return;
      event.preventDefault();
      does();
    });
  };

  const listenToList = (map, drawing) => {
    const byUnit = new Map(drawing.scene.points.filter((point) => point.unit).map((point) => [point.unit, point]));
    const read = () => {
      const ticked = new Set([...document.querySelectorAll(`${BOXES}:checked`)].map((box) => box.value));
      byUnit.forEach((point, unit) => { point.ticked = ticked.has(unit); });
      drawing.later();
    };
    const look = (event) => {
      const row = event.target.closest("label, li, tr");
      const box = row && !frame.contains(row) && row.querySelector(BOXES);
      const point = box && byUnit.get(box.value);
      if (point) show(map, drawing, point);
    };
    document.addEventListener("change", read);
    document.addEventListener("reset", () => setTimeout(read));
    window.addEventListener("pageshow", read); // what the browser filled in again by itself
    document.addEventListener("mouseover", look);
    document.addEventListener("focusin", look);
    read();
  };

  // ---- the map itself

  const drawScale = (map) => {
    const middle = map.getSize().y / 2;
    const metres = map.distance(map.containerPointToLatLng([0, middle]), map.containerPointToLatLng([100, middle]));
    const power = 10 ** Math.floor(Math.log10(metres));
    const number = [5, 2, 1].find((step) => step * power <= metres) * power;
    scale.style.width = `${Math.round((100 * number) / metres)}px`;
    const [text, shown] = number < 1000 ? [words.metres, number] : [words.kilometres, number / 1000];
    scale.textContent = fill(text, { number: shown });
  };

  const keptView = () => {
    try {
      const [lat, lng, zoom] = JSON.parse(sessionStorage.getItem(KEPT));
      return [L.latLng(lat, lng), Number(zoom)];
    } catch {
      return null;
    }
  };

  const makeMap = (bounds) => {
    const map = L.map(root, {
      attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false,
      boxZoom: false, scrollWheelZoom: false, doubleClickZoom: false, inertia: false,
      dragging: !L.Browser.mobile, // one finger turns the page, two move the map
      zoomSnap: 0.25, minZoom: 7, maxZoom: 19,
    });
    const all = () => map.fitBounds(bounds, { padding: [34, 34], maxZoom: 17, animate: false });
    const looks = { in: () => map.zoomIn(1), out: () => map.zoomOut(1), all };
    tools.addEventListener("click", (event) => {
      const button = event.target.closest("[data-look]");
      if (button) looks[button.dataset.look]();
    });
    all();
    const kept = keptView();
    if (kept) map.setView(...kept, { animate: false });
    map.on("moveend", () => {
      const { lat, lng } = map.getCenter();
      sessionStorage.setItem(KEPT, JSON.stringify([lat, lng, map.getZoom()]));
    });
    map.on("move zoom resize", () => drawScale(map));
    drawScale(map);
    return map;
  };

  const start = (collection) => {
    const scene = sceneOf(collection), count = (test) => scene.points.filter(test).length;
    if (!scene.points.length) return say(words.nothing);
    const map = makeMap(L.latLngBounds(scene.points.map((point) => point.at)));
    const drawing = new Drawing(scene).addTo(map);
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", words.name);
    tools.hidden = scale.hidden = false;
    listenToMouse(map, drawing);
    listenToKeys(map, drawing);
    listenToList(map, drawing);
    window.addEventListener("beforeprint", () => { map.invalidateSize({ animate: false }); drawing.draw(); });
    return say(fill(words.summary, {
      groups: [...scene.groups.values()].filter((group) => !group.joins).length,
      branches: count((point) => point.branch),
      left: count((point) => point.state === "left_out"),
      excluded: count((point) => point.state === "excluded"),
    }));
  };

  fetch(words.map, { credentials: "same-origin", headers: { Accept: "application/geo+json, application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(start, () => say(words.failed));
})();
