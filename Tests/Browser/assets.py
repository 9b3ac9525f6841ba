"""The embedded asset table, and the page's list of modules, against the files under Sources/CWeb/web.

python3 assets.py            exits 1 when CWeb.c or index.html does not list every file
python3 assets.py --write    writes both lists
"""
import os, re, sys

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Sources", "CWeb")
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json", ".txt": "text/plain; charset=utf-8"}

HEAD = """// The web client, embedded by C23's #embed (ARCHITECTURE row 12). The table is written by Tests/Browser/assets.py --write, which also checks,
// with the browser tests, that no file under web/ is missing from it.

#include "CWeb.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

"""
TAIL = """
enum { asset_count = sizeof assets / sizeof assets[0] };

static char etags[asset_count][20];
static pthread_once_t hashed = PTHREAD_ONCE_INIT;

/// 64-bit FNV-1a. Not a cryptographic hash: it tells versions of our own files apart, nobody else's.
static uint64_t hash(const unsigned char *bytes, size_t length) {
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < length; i++) h = (h ^ bytes[i]) * 0x100000001b3;
    return h;
}

static void compute_etags(void) {
    for (size_t i = 0; i < asset_count; i++) {
        snprintf(etags[i], sizeof etags[i], "\\"%016llx\\"", (unsigned long long)hash(assets[i].bytes, assets[i].length));
        assets[i].etag = etags[i];
    }
}

const parley_asset *parley_assets(size_t *count) {
    pthread_once(&hashed, compute_etags);
    *count = asset_count;
    return assets;
}
"""


def table():
    files = sorted(os.path.relpath(os.path.join(d, f), ROOT) for d, _, fs in os.walk(os.path.join(ROOT, "web")) for f in fs)
    name = lambda f: "a_" + "".join(c if c.isalnum() else "_" for c in f[4:])
    out = [HEAD]
    for f in files:
        out.append(f"static const unsigned char {name(f)}[] = {{\n#embed \"{f}\"\n}};\n")
    out.append("\nstatic parley_asset assets[] = {\n")
    for f in files:
        out.append(f"    {{\"/{f[4:]}\", \"{TYPES[os.path.splitext(f)[1]]}\", {name(f)}, sizeof {name(f)}, \"\"}},\n")
    out.append("};\n" + TAIL)
    return "".join(out)


def page():
    """index.html with every module preloaded: without that the browser finds them one import after the other."""
    js = os.path.join(ROOT, "web", "js")
    modules = sorted(os.path.relpath(os.path.join(d, f), js) for d, _, fs in os.walk(js) for f in fs)
    lines = "".join(f'<link rel="modulepreload" href="/js/{m}">\n' for m in modules if m != "main.js")
    html = re.sub(r'<link rel="modulepreload".*\n', "", open(os.path.join(ROOT, "web", "index.html")).read())
    return html.replace('<script type="module"', lines + '<script type="module"')


def check(write):
    right = True
    for path, make in ((os.path.join(ROOT, "web", "index.html"), page), (os.path.join(ROOT, "CWeb.c"), table)):
        made = make()
        if open(path).read() == made:
            continue
        if write:
            open(path, "w").write(made)
        else:
            print(f"{os.path.normpath(path)} does not match Sources/CWeb/web: run python3 Tests/Browser/assets.py --write")
            right = False
    return right


if __name__ == "__main__":
    sys.exit(0 if check("--write" in sys.argv[1:]) else 1)
