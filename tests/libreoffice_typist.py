"""Types into spreadsheets by a LibreOffice of its own: run by the system's Python, which has `uno`.

    python3 libreoffice_typist.py FOLDER

FOLDER is for LibreOffice's profile. Each line of standard input is a task in JSON, each line of standard output what
came of it (`tests/libreoffice.py` says of what they are made). It ends with its input.
"""

import json
import shutil
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException
from com.sun.star.uno import RuntimeException

BRITISH = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse">\
<value>en-GB</value></prop></item>
</oor:items>
"""

FILTERS = {"xlsx": "Calc MS Excel 2007 XML", "ods": "calc8", "csv": "Text - txt - csv (StarCalc)"}

# Commas, quotation marks, UTF-8, from line 1, no column formats, language of the profile, only text that needs
# them in quotation marks, numbers recognised, cells as they are shown, no formulas, no spaces cut, one sheet.
CSV_OPTIONS = "44,34,76,1,,0,false,true,true,false,false,{sheet}"


def start(profile, pipe):
    """A LibreOffice that nobody sees; all it keeps lies in its profile."""
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(BRITISH, encoding="utf-8")
    words = ["--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"]
    place = f"-env:UserInstallation={profile.as_uri()}"
    return subprocess.Popen(
        [shutil.which("soffice"), place, *words, f"--accept=pipe,name={pipe};urp"],
        stdout=sys.stderr,
        stdin=subprocess.DEVNULL,
    )


def connected(office, pipe):
    """LibreOffice's own context, as soon as it answers."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            try:
                office.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            sys.exit("LibreOffice ended before it answered.")


def made(service, context):
    return context.ServiceManager.createInstanceWithContext(service, context)


def named(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


class Typist:
    def __init__(self, context):
        self.desktop = made("com.sun.star.frame.Desktop", context)

    def do(self, task):
        source = Path(task["file"]).as_uri()
        book = self.desktop.loadComponentFromURL(source, "_blank", 0, named(Hidden=True))
        if book is None:
            return {"failed": f"LibreOffice cannot open {source}."}
        try:
            sheet = book.Sheets.getByName(task["sheet"])
            refused = [ref for ref in task["try"] if not self.may_change(sheet, ref)]
            refused += [ref for ref, words in task["type"].items() if not self.type(sheet, ref, words)]
            for kind, file in task["save"].items():
                self.save(book, sheet, kind, file)
            shown = {ref: sheet.getCellRangeByName(ref).String for ref in task["type"]}
            return {"refused": refused, "shown": shown, "has_invalid": self.has_invalid(sheet, task["type"])}
        finally:
            book.close(True)

    def may_change(self, sheet, ref):
        """Whether LibreOffice lets a cell be changed, or the rows of one ("7:7") be taken out."""
        try:
            if ":" in ref:
                first, last = (int(row) for row in ref.split(":"))
                sheet.Rows.removeByIndex(first - 1, last - first + 1)
            else:
                cell = sheet.getCellRangeByName(ref)
                cell.setDataArray(cell.getDataArray())
        except RuntimeException as error:
            if isinstance(error, DisposedException):
                raise
            return False
        return True

    def has_invalid(self, sheet, refs):
        """Whether a cell holds what its rule insists on refusing; the other cells are emptied for it."""
        for cell in map(sheet.getCellRangeByName, refs):
            if not cell.Validation.ShowErrorMessage:
                cell.String = ""
        return sheet.showInvalid()

    def type(self, sheet, ref, words):
        """As by hand: what looks like a number, a percentage or a day becomes one."""
        if not self.may_change(sheet, ref):
            return False
        sheet.getCellRangeByName(ref).FormulaLocal = words
        return True

    def save(self, book, sheet, kind, file):
        options = {"FilterName": FILTERS[kind]}
        if kind == "csv":
            number = book.Sheets.ElementNames.index(sheet.Name) + 1
            options["FilterOptions"] = CSV_OPTIONS.format(sheet=number)
        book.storeToURL(Path(file).as_uri(), named(**options))


def answer(line, typist):
    """What came of a task; "failed" where something other than a refusal stood in its way."""
    try:
        return typist.do(json.loads(line))
    except DisposedException:
        return {"failed": "LibreOffice ended."}
    except (RuntimeException, KeyError) as error:
        return {"failed": repr(error)}


def say(words):
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main():
    folder = Path(sys.argv[1])
    pipe = uuid.uuid4().hex
    office = start(folder / "profile", pipe)
    typist = Typist(connected(office, pipe))
    say("ready")
    for line in sys.stdin:
        say(json.dumps(answer(line, typist)))
    # It may be gone before it has answered.
    with suppress(DisposedException):
        typist.desktop.terminate()
    office.wait()


if __name__ == "__main__":
    main()
