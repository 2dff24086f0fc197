// Keys of the review: 1, 2, 3 press the decision with that number, u takes the last one back.
let pressed = false;
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  // A second key before the next pair is shown would decide on a pair nobody has seen.
  if (!button || pressed) return;
  pressed = true;
  event.preventDefault();
  button.click();
});
window.addEventListener("pageshow", () => { pressed = false; });
