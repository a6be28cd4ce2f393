// A button that copies the text beside it. Without this script the text can be selected.
"use strict";

const select = (text) => {
  const range = document.createRange();
  range.selectNodeContents(text);
  const selection = window.getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
};

// Where the page is neither local nor encrypted, browsers have the old way only.
const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text.textContent);
    return true;
  } catch {
    select(text);
    return document.execCommand("copy");
  }
};

for (const box of document.querySelectorAll(".takeaway-copy")) {
  const [text, button, status] = [box.querySelector("pre"), box.querySelector("button"), box.querySelector("[role=status]")];
  button.hidden = false;
  button.addEventListener("click", async () => {
    status.textContent = "";
    const done = await copy(text);
    status.textContent = done ? "Copied." : "Selected: copy it with the keys or the menu.";
  });
}
