// Small habits of every page: selects that submit their form, printing, a double click that is one.
document.addEventListener("change", (event) => {
  const control = event.target.closest("[data-submit-on-change]");
  if (control && control.form) control.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
// The second half of a double click may land on the next row of the page that was loaded meanwhile.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("[type=submit]")) event.preventDefault();
});
// What asks a second time opens under its button; Escape closes it again, as it does a dialog.
document.addEventListener("keydown", (event) => {
  const asked = event.key === "Escape" && event.target.closest(".x-twice[open]");
  if (!asked) return;
  asked.open = false;
  asked.querySelector("summary").focus();
});
