"""JSON Schema of the content files, for editors; made from the registries of the language."""

from nurture.authoring.schema.files import NAME, SCHEMAS, written

__all__ = ["NAME", "SCHEMAS", "written"]
