// Keys for the inbox. Everything works without them.
"use strict";

const typing = (element) => element.matches("input:not([type=radio]), textarea, select, [contenteditable]");

function step(by) {
  const tasks = [...document.querySelectorAll("[data-task]")];
  if (!tasks.length) return;
  const at = tasks.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : tasks.length - 1) : Math.min(Math.max(at + by, 0), tasks.length - 1);
  tasks[next].focus();
}

function go(key) {
  const target = document.querySelector(`[data-key="${key}"]`);
  if (!target) return false;
  if (target.matches("a")) target.click();
  else if (target.matches("summary")) {
    target.parentElement.open = true;
    const first = target.parentElement.querySelector("input:not([type=hidden]), textarea");
    (first || target).focus();
    target.parentElement.scrollIntoView({ block: "nearest" });
  } else target.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "j" || event.key === "k") {
    step(event.key === "j" ? 1 : -1);
    event.preventDefault();
  } else if (/^[a-z]$/.test(event.key) && go(event.key)) event.preventDefault();
});

// The list is renewed while it is read: whoever stands on a task stays on it.
let standing = null;
document.addEventListener("htmx:beforeSwap", () => {
  standing = document.activeElement && document.activeElement.dataset.task;
});
document.addEventListener("htmx:afterSwap", () => {
  const task = standing && document.querySelector(`[data-task="${CSS.escape(standing)}"]`);
  if (task) task.focus({ preventScroll: true });
});
