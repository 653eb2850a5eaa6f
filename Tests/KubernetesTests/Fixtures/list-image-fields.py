#!/usr/bin/env python3
"""Lists the fields of Kubernetes' API that have to do with images, from the Python client, which is generated from the
OpenAPI document of each release.

usage: pip download --no-deps kubernetes==VERSION && unzip kubernetes-*.whl
       list-image-fields.py kubernetes RELEASE > image-fields-RELEASE.txt

A line for each field of a PodSpec that is a text and has "image" in its name or in the name of what it is in:
    PodSpec <way to the field>
then a line for each place of an object that may be sent and that holds a PodSpec, or such a field outside one:
    <group or -> <version> <kind> <subresource or -> <way> <PodSpec or text>
Left out is what the API server writes: metadata and status.
"""
import ast
import glob
import re
import sys


def models(folder):
    """The types: their members' JSON names and types."""
    found = {}
    for file in glob.glob(f"{folder}/client/models/*.py"):
        text = open(file).read()
        name = re.search(r"^class (\w+)\(", text, re.M)
        types = re.search(r"(?:openapi_types|swagger_types)(?:: [^=]+)? = (\{.*?\})", text, re.S)
        keys = re.search(r"attribute_map(?:: [^=]+)? = (\{.*?\})", text, re.S)
        if name and types and keys:
            types, keys = ast.literal_eval(types.group(1)), ast.literal_eval(keys.group(1))
            found[name.group(1)] = sorted((keys[member], types[member]) for member in keys)
    return found


def bodies(folder):
    """What may be sent: path and type of every request with an object in it."""
    found = set()
    for file in glob.glob(f"{folder}/client/api*/*_api.py"):
        body = method = None
        for line in open(file):
            if match := re.search(r":param (\w+) body|:type body: (\w+)", line):
                body = match.group(1) or match.group(2)
            if match := re.search(r"method='(\w+)'", line):
                method = match.group(1)
            if match := re.search(r"'(/api[^']*)'(?:, '(\w+)')?", line):
                if body and (match.group(2) or method) in ("POST", "PUT"):
                    found.add((match.group(1), body))
    return found


def element(kind):
    """The type of the elements of a list or of a map's values, and how the way to them is written."""
    if match := re.match(r"[Ll]ist\[(.*)\]$", kind):
        inner, way = element(match.group(1))
        return inner, "[]" + way
    if match := re.match(r"[Dd]ict[\[(]\w+, (.*)[\])]$", kind):
        inner, way = element(match.group(1))
        return inner, "{}" + way
    return kind, ""


def fields(types, kind, stop, way=(), seen=()):
    """The ways from a type to pod specifications and to texts that have to do with images."""
    if kind == stop:
        yield ".".join(way), "PodSpec"
    elif kind in types and kind not in seen:
        for key, member in types[kind]:
            if way or key not in ("metadata", "status"):
                inner, suffix = element(member)
                yield from fields(types, inner, stop, (*way, key + suffix), (*seen, kind))
    elif kind in ("str", "StrictStr") and any("image" in key.lower() for key in way):
        yield ".".join(way), "text"


def place(path):
    """Group, version and subresource of a request's path."""
    match = re.match(r"/(?:api|apis/([^/]+))/([^/]+)/(?:namespaces/\{namespace\}/)?[^/]+(?:/\{name\}(?:/(.+))?)?$", path)
    return tuple(part or "-" for part in match.groups()) if match else None


def main():
    folder, release = sys.argv[1:]
    version = re.search(r"""^__version__ = ["'](.*)["']""", open(f"{folder}/__init__.py").read(), re.M).group(1)
    types = models(folder)
    print(f"# Kubernetes {release}, by list-image-fields.py from kubernetes {version} of PyPI")
    for way, _ in fields(types, "V1PodSpec", None):
        print("PodSpec", way)
    lines = set()
    for path, body in bodies(folder):
        kind = re.sub(r"^[A-Z]?[a-z]*V\d+((alpha|beta)\d+)?(?=[A-Z])", "", body)
        for way, what in fields(types, body, "V1PodSpec"):
            group, version, subresource = place(path)
            lines.add(" ".join((group, version, kind, subresource, way, what)))
    print("\n".join(sorted(lines)))


main()
