"""The benchmark's figures as a picture: bars, in SVG, of what one invoice costs."""

from html import escape

BARS = [("p50_us", "wall time, median, µs"), ("instructions", "instructions"), ("start_us", "start to first answer, µs")]
ROW, LABEL, WIDTH, GAP = 22, 150, 420, 34
STYLE = """text { font: 13px system-ui, sans-serif; fill: #24292f } .title { font-weight: 600 }
  .bar { fill: #8c959f } .ours { fill: #1a7f64 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .bar { fill: #6e7681 } .ours { fill: #3fb68b } }"""


def write(found, folder):
    """Writes one picture for each language that was measured."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, figures in found["tables"].items():
        if figures:
            name = language.lower().replace(", ", "-")
            (folder / f"bench-{name}.svg").write_text(picture(language, figures))


def picture(language, figures):
    parts, y = [], 24
    for row, title in BARS:
        values = {name: of_peer[row] for name, of_peer in figures.items() if row in of_peer}
        if not values:
            continue
        parts.append(f'<text class="title" x="0" y="{y}">{escape(title)}</text>')
        y += 8
        for name, value in values.items():
            parts += bar(name, value, max(values.values()), y)
            y += ROW
        y += GAP
    height, width = y - GAP + 8, LABEL + WIDTH + 90
    title = escape(f"What one invoice costs from {language}; shorter is better")
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            f'role="img">\n<title>{title}</title>\n<style>{STYLE}</style>\n' + "\n".join(parts) + "\n</svg>\n")


def bar(name, value, longest, y):
    width = max(1, round(WIDTH * value / longest))
    kind = "bar ours" if "freedompay" in name else "bar"
    text = f"{value:,.0f}".replace(",", " ")
    return [f'<text x="0" y="{y + 15}">{escape(name)}</text>',
            f'<rect class="{kind}" x="{LABEL}" y="{y + 3}" width="{width}" height="{ROW - 6}" rx="2"/>',
            f'<text x="{LABEL + width + 8}" y="{y + 15}">{text}</text>']
