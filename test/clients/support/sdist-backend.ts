/** A build backend inside the sdist: it needs nothing from any index, so a client can build without leaving the test. */
const BACKEND = `import base64, hashlib, os, zipfile

def _fields():
    with open("PKG-INFO", encoding="utf-8") as file:
        text = file.read()
    fields = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    name = fields["Name"].lower().replace("-", "_").replace(".", "_")
    return name, fields["Version"], text

def _write(folder, name, version, metadata, module):
    info = "%s-%s.dist-info" % (name, version)
    wheel = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
    entries = {info + "/METADATA": metadata, info + "/WHEEL": wheel}
    if module:
        entries[name + "/__init__.py"] = "built = True\\n"
    record = ""
    for path, text in entries.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += "%s,sha256=%s,%d\\n" % (path, digest, len(text.encode()))
    entries[info + "/RECORD"] = record + info + "/RECORD,,\\n"
    return info, entries

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    info, entries = _write(metadata_directory, *_fields(), module=False)
    for path, text in entries.items():
        target = os.path.join(metadata_directory, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w", encoding="utf-8") as file:
            file.write(text)
    return info

def get_requires_for_build_wheel(config_settings=None):
    return []

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name, version, metadata = _fields()
    _, entries = _write(wheel_directory, name, version, metadata, module=True)
    filename = "%s-%s-py3-none-any.whl" % (name, version)
    with zipfile.ZipFile(os.path.join(wheel_directory, filename), "w") as archive:
        for path, text in entries.items():
            archive.writestr(path, text)
    return filename
`;

/** The files that make an sdist buildable offline: PEP 517, https://peps.python.org/pep-0517/#in-tree-build-backends */
export const SDIST_BACKEND: Readonly<Record<string, string>> = {
  "pyproject.toml": `[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n`,
  "backend.py": BACKEND,
};
