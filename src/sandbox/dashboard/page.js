// Making and keeping parts of the page. Text is always set as text: nothing here reads markup.

/** An element with its properties and children; children that are null are left out. */
export function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (value === undefined || value === null) {
            continue;
        }
        if (name in element) {
            element[name] = value;
        } else {
            element.setAttribute(name, value);
        }
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
}

/** Sets a text only when it is another, so that a screen reader is not told what it knows. */
export function write(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

/**
 * Brings the children of a list in line with its items and leaves alone what has not changed: the focus and a selection
 * stay where they are.
 */
export function keep(list, items, key, draw) {
    const there = new Map([...list.children].map((child) => [child.dataset.key, child]));
    let place = list.firstElementChild;
    for (const item of items) {
        const name = String(key(item));
        const content = JSON.stringify(item);
        const old = there.get(name);
        there.delete(name);
        const child = old?.dataset.content === content ? old : drawn(item, name, content, draw);
        if (!old) {
            child.classList.toggle("fresh", list.dataset.filled === "yes");
        } else if (child !== old) {
            place = place === old ? child : place;
            replace(old, child);
        }
        if (child === place) {
            place = place.nextElementSibling;
        } else {
            list.insertBefore(child, place);
        }
    }
    there.forEach((old) => old.remove());
    list.dataset.filled = "yes";
}

function replace(old, child) {
    const focused = old.contains(document.activeElement);
    child.classList.add("changed");
    old.replaceWith(child);
    if (focused) {
        child.querySelector("a, button")?.focus();
    }
}

function drawn(item, name, content, draw) {
    const child = draw(item);
    child.dataset.key = name;
    child.dataset.content = content;
    return child;
}

/** JSON from the sandbox; null where there is nothing of this name. */
export async function ask(path) {
    const answer = await fetch(path, { cache: "no-store" });
    if (answer.status === 404) {
        return null;
    }
    if (!answer.ok) {
        throw new Error((await answer.text()).trim());
    }
    return answer.json();
}

/** Does something in the sandbox. */
export async function act(path, method = "POST", body = undefined) {
    const answer = await fetch(path, { method, body });
    if (!answer.ok) {
        throw new Error((await answer.text()).trim());
    }
}
