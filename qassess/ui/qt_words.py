"""Qt's own words - buttons of its dialogs, menus of its fields - in the language of the window."""

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication


class _Speaking:
    """The translator installed now: one process, one language."""

    translator: QTranslator | None = None


def speak_qt(application: QApplication, language: str) -> None:
    """Let Qt's own words and numbers follow the language; English is what Qt says by itself."""
    if _Speaking.translator is not None:
        application.removeTranslator(_Speaking.translator)
        _Speaking.translator = None
    locale = QLocale(QLocale.Language.Chinese, QLocale.Country.China)
    QLocale.setDefault(locale if language == "zh" else QLocale(QLocale.Language.English))
    if language != "zh":
        return
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(locale, "qtbase", "_", folder):
        application.installTranslator(translator)
        _Speaking.translator = translator
