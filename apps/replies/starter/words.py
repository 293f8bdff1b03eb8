"""Short ways to write questions in three languages."""

Field = dict[str, object]


def words(hant: str, hans: str, en: str) -> dict[str, str]:
    return {"zh-hant": hant, "zh-hans": hans, "en": en}


def question(key: str, kind: str, label: tuple[str, str, str], **parts: object) -> Field:
    return {"key": key, "kind": kind, "label": words(*label), **parts}


def choice(key: str, hant: str, hans: str, en: str) -> Field:
    return {"key": key, "label": words(hant, hans, en)}


def column(key: str, kind: str, label: tuple[str, str, str], **parts: object) -> Field:
    return {"key": key, "kind": kind, "label": words(*label), **parts}


def product(*of: str) -> dict[str, object]:
    return {"of": list(of), "by": "*"}
