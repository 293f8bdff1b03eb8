"""Words of the starter catalogue in three languages."""


def words(hant: str, hans: str, en: str) -> dict[str, str]:
    return {"zh-hant": hant, "zh-hans": hans, "en": en}
