// What is better with scripts: the overview renews itself. Everything works without.
"use strict";

const main = document.querySelector("main[data-live]");

// Put the page as it is now in the place of what is shown, unless somebody is at work in it, or nobody looks.
async function renew() {
  if (document.hidden || (main.contains(document.activeElement) && document.activeElement !== main)) return;
  if (!document.getSelection().isCollapsed) return;
  const reply = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!reply.ok) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  for (const part of ["main", "footer"]) {
    document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  }
}

async function keepRenewing(everyMs) {
  for (;;) {
    await new Promise((done) => setTimeout(done, everyMs));
    try {
      await renew();
    } catch {
      // The service is away; the next try may find it.
    }
  }
}

if (main) keepRenewing(Number(main.dataset.live) * 1000);
