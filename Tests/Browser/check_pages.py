"""Opens the report of every data set in a browser, at phone and desktop width, light and dark.

    make check

or, with Debian's chromium, chromium-driver, python3-selenium and libjs-chart.js:

    python3 Tests/Browser/check_pages.py .build/release/aepca [FOLDER FOR PICTURES]

Fails on any message that the browser calls an error, on a chart without pixels, on a picture that
cannot be drawn, on a page wider than its window, and on anything that the page would load from
elsewhere.
"""

import base64
import pathlib
import subprocess
import sys
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

DATASETS = pathlib.Path(__file__).resolve().parents[2] / "Datasets"
# How long a page takes to make is not what is tested, so numbers of components are few.
CASES = {
    "iris": ["-k", "1...3", "--exclude", "species", "--color", "species"],
    "wine": ["-k", "2", "--color", "cultivar"],
    "penguins": ["-k", "1,2", "--exclude", "species", "--color", "species"],
    "breast_cancer": ["-k", "1", "--color", "mean_radius"],
    "digits": ["-k", "1,2"],
    "digits_labels": ["-k", "1"],
    "pictures": ["-k", "2", "--image", "8x8"],
    "hostile": ["-k", "1...2", "--color", "</script><script>alert(1)</script>"],
}
# Tables that are no data set of their own.
TABLES_OF = {"pictures": DATASETS / "digits.csv"}
# Originals, latents and what both methods give back, of some rows and of the worst: eight each.
PICTURE_COUNT = {"digits": 64, "pictures": 64}
WINDOWS = [("phone", 390, 844, "light"), ("desktop", 1280, 900, "light"), ("dark", 1280, 900, "dark")]

# Of each chart: its name, and the share of its pixels that are not empty.
CHARTS = """
return [...document.querySelectorAll("canvas")].map(canvas => {
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let drawn = 0;
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) drawn++;
  return [canvas.dataset.chart, canvas.width * canvas.height ? 4 * drawn / pixels.length : 0];
});
"""
# Of each picture how wide it is; 0 for one that cannot be drawn.
PICTURES = "return [...document.images].map(image => image.complete ? image.naturalWidth : 0)"
# Opens every table, and tells which have no rows.
TABLES = """
for (const details of document.querySelectorAll("details")) details.open = true;
const done = arguments[arguments.length - 1];
setTimeout(() => done([...document.querySelectorAll("table")]
  .filter(table => !table.tBodies[0].rows.length).length), 50);
"""


def hostile_table(path):
    """Names and words that would run as a script, or break the page, if they were not escaped."""
    names = ["</script><script>alert(1)</script>", "<img src=x onerror=alert(2)>", "a\"b'c&d", "plain"]
    lines = [",".join('"' + name.replace('"', '""') + '"' for name in names)]
    for row in range(60):
        word = "<!--<script>" if row % 2 else "'\"&lt;\u2028"
        lines.append(f'"{word}",{row * row % 37},{row % 11},{row + row % 7}'.replace('"\'"&', '"\'""&'))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--no-first-run", "--disable-background-networking"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def check(driver, page, window, pictures):
    name, width, height, scheme = window
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    driver.get(page.as_uri())
    faults = []
    charts = driver.execute_script(CHARTS)
    if not charts:
        faults.append("no charts")
    faults += [f"chart {chart}: {share:.4f} of it drawn" for chart, share in charts if share < 0.002]
    images = driver.execute_script(PICTURES)
    wanted = PICTURE_COUNT.get(page.stem, len(images))
    if len(images) != wanted or 0 in images:
        faults.append(f"{len(images)} pictures instead of {wanted}, {images.count(0)} of them empty")
    loaded = driver.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    faults += [f"loads {address[:80]}" for address in loaded if not address.startswith("data:")]
    if pictures:
        picture = driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True})
        (pictures / f"{page.stem}-{name}.png").write_bytes(base64.b64decode(picture["data"]))
    empty = driver.execute_async_script(TABLES)
    if empty:
        faults.append(f"{empty} tables without rows")
    wide = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
    if wide > 0:
        faults.append(f"{wide} pixels wider than the window")
    faults += [entry["message"] for entry in driver.get_log("browser")
               if entry["level"] in ("SEVERE", "WARNING")]
    return len(charts), [f"{page.name}, {name}: {fault}" for fault in faults]


def check_the_check(driver, page):
    """A page that is broken on purpose must be found out, or the check is worth nothing."""
    text = page.read_text(encoding="utf-8")
    faulty = {
        "error": text.replace("draw(themeNow());", "throw new Error('on purpose');", 1),
        "picture": text.replace("</footer>", "<img src='data:image/png;base64,AAAA' alt=''></footer>", 1),
        "load": text.replace("</footer>", "<img src='https://example.org/x.png' alt=''></footer>", 1),
        "wide": text.replace("<footer>", "<footer style='width: 3000px; max-width: none'>", 1),
    }
    missed = []
    for name, changed in faulty.items():
        broken = page.with_name(f"faulty-{name}.html")
        broken.write_text(changed, encoding="utf-8")
        if changed == text or not check(driver, broken, WINDOWS[1], None)[1]:
            missed.append(f"the fault '{name}' was made on purpose and not found")
    return missed


def main():
    tool = pathlib.Path(sys.argv[1]).resolve()
    pictures = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    missing = {path.stem for path in DATASETS.glob("*.csv")} - CASES.keys()
    faults = [f"no case for {name}.csv" for name in sorted(missing)]
    chart_count = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        hostile_table(folder / "hostile.csv")
        tables = TABLES_OF | {"hostile": folder / "hostile.csv"}
        driver = browser()
        try:
            for name, arguments in CASES.items():
                table = tables.get(name, DATASETS / f"{name}.csv")
                page = folder / f"{name}.html"
                subprocess.run(
                    [tool, "compare", table, *arguments, "--quiet", "--output", page], check=True)
                size = page.stat().st_size
                if size > 2_000_000:
                    faults.append(f"{page.name}: {size} bytes")
                for window in WINDOWS:
                    count, found = check(driver, page, window, pictures)
                    chart_count += count
                    faults += found
            faults += check_the_check(driver, page)
        finally:
            driver.quit()
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        sys.exit(1)
    print(f"{len(CASES)} pages in {len(WINDOWS)} windows, {chart_count} charts: all drawn, no error")


if __name__ == "__main__":
    main()
