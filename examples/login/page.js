// Runs the countdowns and the copy buttons. Every page works without this script.
const CIRCLE = 100;

for (const element of document.querySelectorAll(".countdown")) {
  const seconds = Number(element.dataset.seconds);
  const end = Date.now() + seconds * 1000;
  const left = element.querySelector(".left");
  const ring = element.querySelector(".ring");
  const buttons = document.querySelectorAll(`[data-wait="${element.dataset.for}"]`);
  for (const button of buttons) button.disabled = true;
  element.classList.add("running");
  const tick = () => {
    const remaining = Math.max(0, end - Date.now());
    left.textContent = `${Math.ceil(remaining / 1000)} s`;
    ring.setAttribute("stroke-dashoffset", String(CIRCLE * (1 - remaining / (seconds * 1000))));
    if (remaining > 0) return;
    clearInterval(timer);
    element.parentElement.hidden = true;
    for (const button of buttons) button.disabled = false;
  };
  const timer = setInterval(tick, 200);
  tick();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}
