"""What PyPA's `packaging`, the email parser and the csv module say to the strings of packaging-differential.test.ts.

Reads one JSON object from standard input, lists of strings by area, and writes one with an answer for each: `null`
where the string is refused. The list `order` holds the accepted versions' places, oldest version first.
"""

import base64
import csv
import email.parser
import email.policy
import io
import json
import re
import sys

import packaging
from packaging.metadata import parse_email
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import (
    InvalidName,
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    canonicalize_version,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

LINE_END = re.compile(r"\r\n|\r|\n")


def version(text):
    try:
        parsed = Version(text)
    except InvalidVersion:
        return None
    return {
        "text": str(parsed),
        "canonical": canonicalize_version(parsed),
        "isPrerelease": parsed.is_prerelease,
        "isDevelopment": parsed.is_devrelease,
    }


def name(text):
    try:
        return canonicalize_name(text, validate=True)
    except InvalidName:
        return None


def wheel(text):
    try:
        project, parsed, build, tags = parse_wheel_filename(text)
    except InvalidWheelFilename:
        return None
    return {
        "name": project,
        "version": str(parsed),
        "build": "".join(map(str, build)),
        "tags": sorted(map(str, tags)),
    }


def sdist(text):
    try:
        project, parsed = parse_sdist_filename(text)
    except InvalidSdistFilename:
        return None
    return {"name": project, "version": str(parsed)}


def specifier(text):
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return None
    return True


def document(encoded):
    """The fields as the email parser has them, and what `parse_email` makes of them; folds and line ends are evened."""
    source = base64.b64decode(encoded)
    message = email.parser.BytesParser(policy=email.policy.compat32).parsebytes(source)
    fields = {}
    for field, value in message.raw_items():
        fields.setdefault(field.lower(), []).append(unfold(text_of(value)))
    payload = message.get_payload(decode=True)
    raw, _ = parse_email(source)
    return {
        "fields": fields,
        "body": None if payload is None else LINE_END.sub("\n", payload.decode("utf-8", "replace")),
        "raw": {key: even(value) for key, value in raw.items() if key != "description"},
        "description": LINE_END.sub("\n", raw["description"]) if "description" in raw else None,
    }


def text_of(value):
    return value.encode("ascii", "surrogateescape").decode("utf-8", "replace")


def unfold(value):
    return " ".join(filter(None, (line.strip() for line in LINE_END.split(value))))


def even(value):
    if isinstance(value, str):
        return unfold(value)
    if isinstance(value, dict):
        return [[unfold(label), unfold(url)] for label, url in value.items()]
    return [unfold(each) for each in value]


def record(text):
    try:
        # Behind a quote that is never closed, the added line is part of the last field.
        is_closed = rows(text + "\n,end,")[-1:] == [["", "end", ""]]
        return {"rows": rows(text), "isClosed": is_closed}
    except csv.Error:
        return None


def rows(text):
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row]


AREAS = {
    "version": version,
    "name": name,
    "wheel": wheel,
    "sdist": sdist,
    "specifier": specifier,
    "document": document,
    "record": record,
}


def main():
    # The length of a number is no rule of PEP 440, and Python's own limit would be an exception of another kind.
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    inputs = json.load(sys.stdin)
    answers = {area: [AREAS[area](text) for text in texts] for area, texts in inputs.items()}
    versions = inputs["version"]
    accepted = [place for place, answer in enumerate(answers["version"]) if answer]
    answers["order"] = sorted(accepted, key=lambda place: Version(versions[place]))
    answers["packaging"] = packaging.__version__
    json.dump(answers, sys.stdout)


main()
