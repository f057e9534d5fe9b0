// The payer's page follows along: when the payment ends elsewhere, it says so without a reload.

const main = document.querySelector("main");
const news = document.getElementById("news");

/** Takes over what the page would show now. */
async function refresh() {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("main");
    if (!answer.ok || !fresh) {
        return;
    }
    const typing = main.contains(document.activeElement);
    main.dataset.standing = fresh.dataset.standing;
    main.replaceChildren(...fresh.childNodes);
    news.textContent = main.querySelector(".state")?.textContent ?? "";
    if (typing) {
        // What had the focus may be gone.
        const heading = main.querySelector("h1");
        heading.tabIndex = -1;
        heading.focus();
    }
}

let source;

function follow() {
    source?.close();
    source = undefined;
    // A browser has few connections to one host: a page that nobody sees keeps none.
    if (document.hidden) {
        return;
    }
    source = new EventSource(main.dataset.live);
    source.addEventListener("standing", (event) => {
        if (event.data !== main.dataset.standing) {
            refresh().catch(() => {});
        }
    });
}

if (main.dataset.live) {
    document.addEventListener("visibilitychange", follow);
    follow();
}
