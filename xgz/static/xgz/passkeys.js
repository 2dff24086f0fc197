// Passkeys: what needs this script shows only where it runs; a ceremony that failed says so in words.
document.querySelectorAll("[data-passkey]").forEach((part) => {
  part.hidden = !window.PublicKeyCredential;
});
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-error]").forEach((part) => {
    part.hidden = false;
  });
});
