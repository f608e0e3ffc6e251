# SPDX-License-Identifier: Apache-2.0
"""Looks at what `pages` writes as a reader's machine would: check_pages.py PAGES_PROGRAM [FOLDER].

Every page and figure is well-formed; runs, loads and links nothing; has a policy that names the hash of its own
style; ids are unique and what refers to them finds them; headings descend one step at a time; tables have
captions and scopes; the figures in a page are the SVG files byte for byte; and the tables behind the figures hold
exactly the numbers of the result.
"""
import base64
import glob
import hashlib
import html.parser
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

VOID = {"meta", "br"}
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "title", "desc", "rect", "line", "path", "circle", "text"}
TAGS = SHAPES | set("html head meta style body header main section nav footer h1 h2 h3 h4 h5 p ul li a div table caption span "
                    "thead tbody tr th td abbr small strong br code figure figcaption details summary dl dt dd".split())
problems = []


def problem(where, what):
    problems.append(f"{where}: {what}")


class Page(html.parser.HTMLParser):
    """Collects tags, ids, references, headings and tables the way a browser meets them."""

    def __init__(self, name):
        super().__init__(convert_charrefs=True)
        self.name, self.stack, self.ids, self.refs = name, [], [], []
        self.levels, self.tables, self.cell, self.row, self.style = [], [], None, None, ""

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if tag not in TAGS:
            problem(self.name, f"tag <{tag}>")
        for key, value in attrs:
            if key.startswith("on") or key in ("style", "src", "srcset", "action", "xlink:href"):
                problem(self.name, f"attribute {key} of <{tag}>")
            if key == "href" and not re.fullmatch(r"#r\d+", value):
                problem(self.name, f"link to {value}")
            if key in ("fill", "stroke") and not re.fullmatch(r"#[0-9a-f]{6}|none", value):
                problem(self.name, f"colour {value}")
        if "id" in names:
            self.ids.append(names["id"])
        self.refs += names.get("aria-labelledby", "").split()
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "svg" and names.get("role") != "img":
            problem(self.name, "figure without role")
        if tag == "div" and names.get("class") == "scroll" and (
                names.get("tabindex") != "0" or names.get("role") != "region" or not
                (names.get("aria-label") or names.get("aria-labelledby"))):
            problem(self.name, "a region that scrolls is not reachable or has no name")
        if tag == "table":
            self.tables.append({"class": names.get("class"), "caption": False, "rows": []})
        if tag == "caption":
            self.tables[-1]["caption"] = True
        if tag == "th" and names.get("scope") not in ("col", "row", "rowgroup"):
            problem(self.name, "heading cell without scope")
        if tag == "tr":
            self.row = []
        if tag in ("td", "th"):
            self.cell = ""
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            problem(self.name, f"</{tag}> does not close what is open")
            return
        if tag in ("td", "th"):
            self.row.append(self.cell)
            self.cell = None
        if tag == "tr":
            self.tables[-1]["rows"].append(self.row)

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data
        if self.stack and self.stack[-1] == "style":
            self.style += data

    def handle_comment(self, data):
        problem(self.name, f"comment {data}")


def check_policy(page, text):
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    expected = (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text).group(1).replace("&#39;", "'")
    if policy != expected:
        problem(page.name, f"policy is\n  {policy}\nbut must be\n  {expected}")


def check_markup(name, text):
    page = Page(name)
    page.feed(text)
    page.close()
    if page.stack:
        problem(name, f"left open: {page.stack}")
    if len(set(page.ids)) != len(page.ids):
        problem(name, "ids are not unique")
    for ref in page.refs:
        if ref not in page.ids:
            problem(name, f"nothing has the id {ref}")
    if re.search("http", text.replace('xmlns="http://www.w3.org/2000/svg"', "").replace("<meta http-equiv", "")):
        problem(name, "an address")
    if re.search(r"\b(nan|inf)\b", re.sub(r">[^<]*<", "><", text), re.I):
        problem(name, "a coordinate that is no number")
    return page


def same_edge(text, edge):
    """Six digits that count, or more where two edges would look the same."""
    return any(float(text) == float(f"{float(edge):.{digits - 1}e}") for digits in range(6, 18))


def plain(number):
    return f"{int(number):,}"


def check_band(name, cell, banded, limits):
    """The band of a point of the curve, "[1.000, 2.000] %", as in the result."""
    seen = [float(number) / 100 for number in re.findall(r"[0-9.]+", cell)]
    if len(seen) != 2 * banded or any(abs(a - b) > 6e-4 * b + 1e-12 for a, b in zip(seen, limits)):
        problem(name, f"band {cell!r} is not {limits}")


def check_numbers(name, page, path):
    det, bins = [], []
    for line in open(path, encoding="utf-8"):
        kind, *fields = line.split()
        (det if kind == "DET" else bins).append(fields)
    rows = [row for table in page.tables if table["class"] == "data" for row in table["rows"][1:]]
    seen_det, seen_bins = [r for r in rows if len(r) in (5, 6)], [r for r in rows if len(r) == 4]
    if len(seen_det) != len(det) or sorted(r[1] + " " + r[3] for r in seen_det) != sorted(
            plain(d[2]) + " " + plain(d[4]) for d in det):
        problem(name, "the data of the DET are not those of the result")
    in_order = not name.startswith("many")
    for row, (has, threshold, fm, nonmated, fnm, mated, banded, *limits) in zip(seen_det, det) if in_order else []:
        check_band(name, row[5] if len(row) == 6 else "", banded == "1", [float(limit) for limit in limits])
        if has == "1" and float(row[0]) != float(threshold) or has == "0" and row[0] not in ("above every score", "below every distance"):
            problem(name, f"threshold {row[0]} is not {threshold}")
        for text, errors, trials in ((row[2], fm, nonmated), (row[4], fnm, mated)):
            value = float(text.split()[0]) * (1e-2 if text.endswith("%") else 1e-6)
            if abs(value - int(errors) / int(trials)) > 6e-4 * max(value, 1e-12):
                problem(name, f"rate {text} is not {errors}/{trials}")
    if sorted(map(tuple, seen_bins)) != sorted((r[0], r[1], plain(b[2]), plain(b[3])) for r, b in zip(seen_bins, bins)) \
            and in_order or len(seen_bins) != len(bins):
        problem(name, "the data of the scores are not those of the result")
    for row, (low, high, _, _) in zip(seen_bins, bins) if in_order else []:
        if not same_edge(row[0], low) or not same_edge(row[1], high) or float(low) < float(high) and row[0] == row[1]:
            problem(name, f"bin {row[:2]} is not {low} {high}")


def check_page(path):
    name = os.path.basename(path)[:-5]
    text = open(path, encoding="utf-8").read()
    page = check_markup(name, text)
    check_policy(page, text)
    try:
        ET.fromstring(text.replace("<!DOCTYPE html>", ""))
    except ET.ParseError as error:
        problem(name, f"not well-formed: {error}")
    if page.levels[:1] != [1] or page.levels.count(1) != 1:
        problem(name, "there must be one h1, first")
    for before, after in zip(page.levels, page.levels[1:]):
        if after > before + 1:
            problem(name, f"h{after} follows h{before}")
    for table in page.tables:
        if not table["caption"] or len(table["rows"]) < 2:
            problem(name, "a table without caption or rows")
    if not text.startswith("<!DOCTYPE html>\n<html lang=\"en\">") or "<title>" not in text:
        problem(name, "no language or title")
    figures = glob.glob(os.path.join(glob.escape(os.path.dirname(path)), name + ".*.svg"))
    for figure in figures:
        if open(figure, encoding="utf-8").read() not in text:
            problem(name, f"{os.path.basename(figure)} is not in the page byte for byte")
    if len(figures) != text.count("<svg"):
        problem(name, f"{text.count('<svg')} figures, but {len(figures)} files")
    check_numbers(name, page, path[:-5] + ".numbers")


def boxes(root):
    """Where the words of a figure lie, with a rather narrow guess of their width."""
    for text in root.iter(SVG + "text"):
        x, y, size = (float(text.get(key)) for key in ("x", "y", "font-size"))
        width = 0.48 * size * len(text.text)
        left = x - {"middle": width / 2, "end": width}.get(text.get("text-anchor"), 0)
        box = (left, y - 0.7 * size, left + width, y)
        if text.get("transform"):
            top = y - {"middle": width / 2, "end": 0}.get(text.get("text-anchor"), width)
            box = (x - 0.7 * size, top, x, top + width)
        yield box, text.text


def check_overlap(name, root):
    placed = list(boxes(root))
    for k, (one, text) in enumerate(placed):
        for other, before in placed[:k]:
            if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]:
                problem(name, f"{text!r} lies on {before!r}")


def check_outline(name, path):
    """A band is made of steps within the box."""
    steps = re.findall(r"([MHV])([0-9. ]+)", path)
    if "".join(step + place for step, place in steps) != path:
        problem(name, f"a band that does not go in steps: {path}")
    for step, place in steps:
        x, y = (float(n) for n in place.split()) if step == "M" else (float(place), 100) if step == "H" else (100, float(place))
        if not (84 <= x <= 734 and 56 <= y <= 540):
            problem(name, f"a band outside of the box: {step}{place}")


def check_figure(path):
    name = os.path.basename(path)
    text = open(path, encoding="utf-8").read()
    check_markup(name, text)
    root = ET.fromstring(text)
    width, height = (float(root.get(key)) for key in ("width", "height"))
    if [child.tag for child in root[:2]] != [SVG + "title", SVG + "desc"] or not root[0].text or not root[1].text:
        problem(name, "a figure needs a title and a description")
    check_overlap(name, root)
    for area in root.iter(SVG + "path"):
        if area.get("stroke-opacity") or name.endswith(".det.svg") and area.get("fill-opacity"):
            check_outline(name, area.get("d"))
    for child in root:
        if child.tag[len(SVG):] not in SHAPES:
            problem(name, f"element {child.tag}")
        if child.tag == SVG + "text" and not (0 <= float(child.get("x")) <= width and 0 <= float(child.get("y")) <= height):
            problem(name, f"text off the paper: {child.text}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 2:
            folder = sys.argv[2]
        subprocess.run([sys.argv[1], folder], check=True)
        pages, figures = (sorted(glob.glob(os.path.join(glob.escape(folder), "*." + end))) for end in ("html", "svg"))
        for path in pages:
            check_page(path)
        for path in figures:
            check_figure(path)
    print(f"{len(pages)} pages, {len(figures)} figures, {len(problems)} problems")
    print("\n".join(problems[:40]))
    return 1 if problems or len(pages) < 8 else 0


sys.exit(main())
