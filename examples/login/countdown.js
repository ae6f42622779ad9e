// Makes the seconds run. Without it the pages say how long to wait, and nothing else is missing.
const CIRCLE = 100;

for (const element of document.querySelectorAll(".countdown")) {
  const seconds = Number(element.dataset.seconds);
  const end = Date.now() + seconds * 1000;
  const left = element.querySelector(".left");
  const ring = element.querySelector(".ring");
  const button = element.closest("form")?.querySelector("[data-wait]");
  if (button) button.disabled = true;
  element.classList.add("running");
  const tick = () => {
    const remaining = Math.max(0, end - Date.now());
    left.textContent = `${Math.ceil(remaining / 1000)} s`;
    ring.setAttribute("stroke-dashoffset", String(CIRCLE * (1 - remaining / (seconds * 1000))));
    if (remaining > 0) return;
    clearInterval(timer);
    element.parentElement.hidden = true;
    if (button) button.disabled = false;
  };
  const timer = setInterval(tick, 200);
  tick();
}
