"""Makes the JSON lines that dumb-pypi reads from a folder of wheels: every wheel hashed, its METADATA read.

usage: list_packages.py ROOT OUTPUT

dumb-pypi itself opens no wheel: whoever uses it writes this program, so its time belongs to dumb-pypi's.
"""

import email.parser
import hashlib
import json
import os
import sys
import zipfile


def describe(path):
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256") if hasattr(hashlib, "file_digest") else digest_of(file)
        with zipfile.ZipFile(file) as archive:
            names = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA") and name.count("/") == 1]
            metadata = email.parser.HeaderParser().parsestr(archive.read(names[0]).decode("utf-8", "replace"))
    return {
        "filename": os.path.basename(path),
        "hash": "sha256=" + digest.hexdigest(),
        "requires_dist": metadata.get_all("Requires-Dist"),
        "requires_python": metadata.get("Requires-Python"),
        "upload_timestamp": int(os.stat(path).st_mtime),
    }


def digest_of(file):
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(1 << 18), b""):
        digest.update(chunk)
    return digest


with open(sys.argv[2], "w") as output:
    for folder, folders, files in os.walk(sys.argv[1]):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".whl"):
                output.write(json.dumps(describe(os.path.join(folder, name))) + "\n")
