"""Reads pages of a simple index with a library, and prints what the library understood: one JSON object.

usage: python read_pages.py pypi-simple|mousebender INDEX_URL html|json PROJECT...
"""

import json
import sys
from urllib.parse import urljoin
from urllib.request import Request, urlopen

ACCEPT = {"html": "text/html", "json": "application/vnd.pypi.simple.v1+json"}


def by_pypi_simple(index, form, names):
    from pypi_simple import PyPISimple

    with PyPISimple(index) as client:
        listed = client.get_index_page(accept=ACCEPT[form])
        pages = {}
        for name in names:
            page = client.get_project_page(name, accept=ACCEPT[form])
            pages[name] = {
                "version": page.repository_version,
                "status": str(getattr(page, "project_status", None) or getattr(page, "status", None) or ""),
                "files": [
                    {
                        "filename": file.filename,
                        "url": file.url,
                        "sha256": file.digests.get("sha256"),
                        "requires_python": file.requires_python,
                        "yanked": (file.yanked_reason or True) if file.is_yanked else False,
                        "metadata": (file.metadata_digests or {}).get("sha256") if file.has_metadata else None,
                        "size": file.size,
                        "upload_time": file.upload_time.strftime("%Y-%m-%dT%H:%M:%SZ") if file.upload_time else None,
                        "version": file.version,
                    }
                    for file in page.packages
                ],
            }
        return {"projects": list(listed.projects), "pages": pages}


def by_mousebender(index, form, names):
    from mousebender import simple

    def get(url):
        if url.startswith("file:") and url.endswith("/"):
            url += "index.html"
        with urlopen(Request(url, headers={"Accept": ACCEPT[form]})) as answer:
            return answer.read().decode("utf-8"), answer.headers.get("Content-Type")

    def files_of(details):
        for file in details["files"]:
            metadata = file.get("core-metadata", file.get("dist-info-metadata"))
            yield {
                "filename": file["filename"],
                "url": file["url"],
                "sha256": file["hashes"].get("sha256"),
                "requires_python": file.get("requires-python"),
                "yanked": file.get("yanked") or file.get("yanked") == "" or False,
                "metadata": metadata.get("sha256") if isinstance(metadata, dict) else None,
                "size": file.get("size"),
                "upload_time": file.get("upload-time"),
            }

    text, kind = get(index)
    if form == "json":
        listed = simple.parse_project_index(text, kind)
    else:
        listed = simple.from_project_index_html(text)
    pages = {}
    for name in names:
        url = urljoin(index, name + "/")
        text, kind = get(url)
        if form == "json":
            details = simple.parse_project_details(text, kind, name)
        else:
            details = simple.from_project_details_html(text, name)
        pages[name] = {"version": details["meta"]["api-version"], "files": list(files_of(details))}
        for file in pages[name]["files"]:
            file["url"] = urljoin(url, file["url"])
    return {"projects": [project["name"] for project in listed["projects"]], "pages": pages}


def main():
    reader, index, form, *names = sys.argv[1:]
    read = {"pypi-simple": by_pypi_simple, "mousebender": by_mousebender}[reader]
    print(json.dumps(read(index, form, names)))


main()
