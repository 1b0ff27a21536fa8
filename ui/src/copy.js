// Copy buttons: `data-copy` puts one on a text, `data-copy-from` copies what an address answers.

for (const place of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = place.dataset.copy || "Copy";
  button.addEventListener("click", () => copied(button, async () => textOf(place)));
  place.append(button);
}

for (const link of document.querySelectorAll("[data-copy-from]")) {
  link.setAttribute("role", "button");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    copied(link, async () => {
      const response = await fetch(link.dataset.copyFrom);
      if (!response.ok) throw new Error(response.statusText);
      return response.text();
    });
  });
}

/** The text that an element offers. */
function textOf(place) {
  const source = place.querySelector("textarea, pre, code");
  return source ? (source.value ?? source.textContent) : place.textContent.trim();
}

/** Copy a text, and say on the button for a while whether that went well. */
async function copied(button, text) {
  const label = (button.dataset.label ??= button.textContent);
  try {
    await navigator.clipboard.writeText(await text());
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied";
  }
  clearTimeout(button.timer);
  button.timer = setTimeout(() => (button.textContent = label), 2000);
}
